// Command helm-reference renders a chart with the template engine, the function library and the YAML library that Helm
// itself is made of, and prints what its resources are. The tests hold reposcan's own renderer against it.
// It reads one folder, never the network, and knows no cluster.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"sort"
	"strings"
)

// A file of templates with the resources that came out of it, or why nothing did.
type report struct {
	Template  string     `json:"template"`
	Error     string     `json:"error,omitempty"`
	Resources []resource `json:"resources"`
}

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: helm-reference CHART [VALUES.yaml]")
		os.Exit(2)
	}
	root, err := loadChart(os.Args[1], "", 0)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	stated := object{}
	if len(os.Args) > 2 {
		if stated, err = readValues(os.Args[2]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	reports := renderAll(root, stated)
	sort.Slice(reports, func(a, b int) bool { return reports[a].Template < reports[b].Template })
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetIndent("", " ")
	if err := encoder.Encode(reports); err != nil {
		os.Exit(1)
	}
}

// isShown tells the files whose output counts: no partials, no notes, no hooks that test a release.
func isShown(inside string) bool {
	name := inside[strings.LastIndex(inside, "/")+1:]
	if strings.HasPrefix(name, "_") || strings.HasPrefix(inside, "templates/tests/") {
		return false
	}
	return strings.HasSuffix(name, ".yaml") || strings.HasSuffix(name, ".yml") || strings.HasSuffix(name, ".tpl")
}
