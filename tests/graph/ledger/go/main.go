// Judges notes, proofs and tiles with the code of Go's checksum database: one case a line of JSON on standard input,
// one answer a line on standard output.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type query struct {
	Kind    string
	Message []byte
	Keys    []string
	Proof   [][]byte
	Size    int64
	Root    []byte
	Index   int64
	Leaf    []byte
	Old     int64
	OldRoot []byte
	Folder  string
}

type answer struct {
	OK    bool     `json:"ok"`
	Error string   `json:"error,omitempty"`
	Text  string   `json:"text,omitempty"`
	Proof [][]byte `json:"proof,omitempty"`
}

func hash(raw []byte) (tlog.Hash, error) {
	var h tlog.Hash
	if len(raw) != len(h) {
		return h, fmt.Errorf("a hash of %d bytes", len(raw))
	}
	copy(h[:], raw)
	return h, nil
}

func hashes(raw [][]byte) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, len(raw))
	for i := range raw {
		h, err := hash(raw[i])
		if err != nil {
			return nil, err
		}
		found[i] = h
	}
	return found, nil
}

// tiles reads the layout of C2SP tlog-tiles, which has no height in its paths.
type tiles struct{ folder string }

func (t tiles) Height() int                         { return 8 }
func (t tiles) SaveTiles(_ []tlog.Tile, _ [][]byte) {}
func (t tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var found [][]byte
	for _, tile := range wanted {
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		data, err := os.ReadFile(filepath.Join(t.folder, filepath.FromSlash(path)))
		if err != nil {
			return nil, err
		}
		found = append(found, data)
	}
	return found, nil
}

func opened(q query) (string, error) {
	var known []note.Verifier
	for _, key := range q.Keys {
		v, err := note.NewVerifier(key)
		if err != nil {
			return "", err
		}
		known = append(known, v)
	}
	n, err := note.Open(q.Message, note.VerifierList(known...))
	if err != nil {
		return "", err
	}
	return n.Text, nil
}

func judged(q query) (a answer, err error) {
	if q.Kind == "note" {
		a.Text, err = opened(q)
		return
	}
	root, err := hash(q.Root)
	if err != nil {
		return
	}
	var proof []tlog.Hash
	if proof, err = hashes(q.Proof); err != nil {
		return
	}
	switch q.Kind {
	case "record":
		var leaf tlog.Hash
		if leaf, err = hash(q.Leaf); err == nil {
			err = tlog.CheckRecord(proof, q.Size, root, q.Index, leaf)
		}
	case "tree":
		var old tlog.Hash
		if old, err = hash(q.OldRoot); err == nil {
			err = tlog.CheckTree(proof, q.Size, root, q.Old, old)
		}
	case "tiles":
		reader := tlog.TileHashReader(tlog.Tree{N: q.Size, Hash: root}, tiles{q.Folder})
		var found []tlog.Hash
		if q.Old > 0 {
			found, err = tlog.ProveTree(q.Size, q.Old, reader)
		} else {
			found, err = tlog.ProveRecord(q.Size, q.Index, reader)
		}
		for _, h := range found {
			a.Proof = append(a.Proof, append([]byte(nil), h[:]...))
		}
	default:
		err = fmt.Errorf("unknown kind %q", q.Kind)
	}
	return
}

func safely(q query) (a answer) {
	defer func() {
		if stopped := recover(); stopped != nil {
			a = answer{Error: fmt.Sprint(stopped)}
		}
	}()
	a, err := judged(q)
	a.OK = err == nil
	if err != nil {
		a.Error = err.Error()
	}
	return a
}

func main() {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<24)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	encoder := json.NewEncoder(out)
	for in.Scan() {
		var q query
		if err := json.Unmarshal(in.Bytes(), &q); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		if err := encoder.Encode(safely(q)); err != nil {
			os.Exit(1)
		}
	}
}
