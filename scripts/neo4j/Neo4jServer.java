import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.neo4j.configuration.GraphDatabaseInternalSettings;
import org.neo4j.configuration.GraphDatabaseSettings;
import org.neo4j.configuration.connectors.BoltConnector;
import org.neo4j.configuration.connectors.ConnectorPortRegister;
import org.neo4j.configuration.connectors.ConnectorType;
import org.neo4j.configuration.helpers.SocketAddress;
import org.neo4j.dbms.api.DatabaseManagementServiceBuilder;
import org.neo4j.io.ByteUnit;
import org.neo4j.kernel.internal.GraphDatabaseAPI;

/**
 * Neo4j Community in one process: java -cp "jars/*" Neo4jServer.java FOLDER PORT PAGE_CACHE_MIB PLANS_KEPT
 *
 * Port 0 takes a free one. With PLANS_KEPT true a query is planned once, not for each order of magnitude of its lists
 * nor when what is stored has changed. The first line of standard input is the password of the user neo4j; an empty
 * line turns authentication off. Prints its address when it answers, and ends when its standard input is closed, so
 * that it cannot outlive the process that started it.
 */
public class Neo4jServer {
    public static void main(String[] arguments) throws Exception {
        var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        var password = input.readLine();
        var builder = new DatabaseManagementServiceBuilder(Path.of(arguments[0]))
                .setConfig(BoltConnector.enabled, true)
                .setConfig(BoltConnector.listen_address, new SocketAddress("127.0.0.1", Integer.parseInt(arguments[1])))
                .setConfig(GraphDatabaseInternalSettings.netty_server_shutdown_quiet_period, 0)
                .setConfig(GraphDatabaseSettings.auth_enabled, !password.isEmpty())
                .setConfig(GraphDatabaseSettings.pagecache_memory, ByteUnit.mebiBytes(Long.parseLong(arguments[2])));
        if (Boolean.parseBoolean(arguments[3])) {
            builder.setConfig(GraphDatabaseSettings.cypher_min_replan_interval, Duration.ofDays(1))
                    .setConfig(GraphDatabaseInternalSettings.cypher_size_hint_parameters, false);
        }
        var service = builder.build();
        Runtime.getRuntime().addShutdownHook(new Thread(service::shutdown));
        if (!password.isEmpty()) {
            service.database("system").executeTransactionally(
                    "ALTER USER neo4j SET PASSWORD $password CHANGE NOT REQUIRED", Map.of("password", password));
        }
        var ports = ((GraphDatabaseAPI) service.database("neo4j")).getDependencyResolver()
                .resolveDependency(ConnectorPortRegister.class);
        System.out.println("bolt://localhost:" + ports.getLocalAddress(ConnectorType.BOLT).getPort());
        System.setOut(System.err);
        while (input.readLine() != null) { }
        System.exit(0);
    }
}
