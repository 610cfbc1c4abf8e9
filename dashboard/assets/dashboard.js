// Addresses: links inside the dashboard, filters and tables that are kept in the address.
(function () {
    "use strict";

    function go(href, scroll) {
        window.history.pushState({}, "", href);
        window.dispatchEvent(new PopStateEvent("popstate"));
        if (scroll) {
            window.scrollTo(0, 0);
        }
    }

    function here(query) {
        const text = query.toString();
        return window.location.pathname + (text ? "?" + text : "");
    }

    document.addEventListener("click", function (event) {
        const anchor = event.target.closest ? event.target.closest("a[href^='/']") : null;
        const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
        if (!anchor || !plain || event.defaultPrevented || anchor.target || anchor.hasAttribute("download")) {
            return;
        }
        event.preventDefault();
        go(anchor.getAttribute("href"), true);
    });

    function listed(value) {
        const values = Array.isArray(value) ? value : [value];
        return values.filter((one) => one !== null && one !== undefined && String(one).trim() !== "");
    }

    window.dash_clientside = Object.assign({}, window.dash_clientside, {
        dossier: {
            // What the controls say goes into the address; the page is drawn anew from there.
            filter: function (values, ids) {
                const query = new URLSearchParams(window.location.search);
                const before = query.toString();
                ids.forEach(function (id, i) {
                    const wanted = listed(values[i]).map((one) => String(one).trim());
                    const asked = query.getAll(id.name);
                    if (wanted.length === 1 && wanted[0] === id.default && asked.length === 0) {
                        return;
                    }
                    if (JSON.stringify(wanted) !== JSON.stringify(asked)) {
                        query.delete(id.name);
                        wanted.forEach((one) => query.append(id.name, one));
                        if (id.name !== "lang") {
                            query.delete("cursor");
                        }
                    }
                });
                if (query.toString() !== before) {
                    go(here(query), false);
                }
            },
            // The filter of a table is kept in the address without drawing the page anew.
            keepTables: function (models, ids, options) {
                const query = new URLSearchParams(window.location.search);
                const before = query.toString();
                ids.forEach(function (id, i) {
                    const personal = ((options[i] || {}).context || {}).personal || [];
                    const shared = Object.entries(models[i] || {}).filter(([field]) => !personal.includes(field));
                    const name = "table." + id.name;
                    if (shared.length) {
                        query.set(name, JSON.stringify(Object.fromEntries(shared)));
                    } else {
                        query.delete(name);
                    }
                });
                if (query.toString() !== before) {
                    window.history.replaceState(window.history.state, "", here(query));
                }
            },
            menu: function (opened, navbar) {
                return Object.assign({}, navbar, { collapsed: { mobile: !opened } });
            },
            describe: function (page) {
                if (page) {
                    document.title = page.title;
                    document.documentElement.lang = page.language;
                }
            },
        },
    });

    const components = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});
    components.Link = function (props) {
        const href = props.data ? props.data[props.colDef.field + "_href"] : null;
        const text = props.valueFormatted || props.value;
        return href ? React.createElement("a", { href: href, className: "cell-link" }, text) : text;
    };
})();
