package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"sigs.k8s.io/yaml"
)

type object = map[string]interface{}

// How deep charts may hold charts.
const depthLimit = 8

// A dependency as a chart states it.
type dependency struct {
	Name         string        `json:"name"`
	Alias        string        `json:"alias"`
	Condition    string        `json:"condition"`
	Tags         []string      `json:"tags"`
	Repository   string        `json:"repository"`
	ImportValues []interface{} `json:"import-values"`
}

func (d dependency) key() string {
	if d.Alias != "" {
		return d.Alias
	}
	return d.Name
}

// A chart: what it states, what it carries, and the charts inside it.
type chart struct {
	name      string
	folder    string
	library   bool
	meta      object
	needs     []dependency
	values    object
	templates map[string]string
	files     map[string][]byte
	inner     []*chart
}

func loadChart(folder, alias string, depth int) (*chart, error) {
	if depth > depthLimit {
		return nil, fmt.Errorf("%s: charts nest too deep", folder)
	}
	one := &chart{folder: folder, values: object{}, templates: map[string]string{}, files: map[string][]byte{}}
	if err := one.readMeta(); err != nil {
		return nil, err
	}
	if alias != "" {
		one.name, one.meta["Name"] = alias, alias
	}
	if values, err := readValues(filepath.Join(folder, "values.yaml")); err == nil {
		one.values = values
	} else if !os.IsNotExist(err) {
		return nil, err
	}
	if err := one.readFiles(); err != nil {
		return nil, err
	}
	return one, one.loadInner(depth)
}

// readMeta makes the fields of `.Chart` of the keys of Chart.yaml: appVersion is AppVersion.
func (c *chart) readMeta() error {
	text, err := os.ReadFile(filepath.Join(c.folder, "Chart.yaml"))
	if err != nil {
		return err
	}
	var stated struct {
		Name         string       `json:"name"`
		Version      string       `json:"version"`
		AppVersion   string       `json:"appVersion"`
		Type         string       `json:"type"`
		Dependencies []dependency `json:"dependencies"`
	}
	raw := object{}
	if err := yaml.Unmarshal(text, &raw); err != nil {
		return fmt.Errorf("%s: %w", c.folder, err)
	}
	if err := yaml.Unmarshal(text, &stated); err != nil {
		return fmt.Errorf("%s: %w", c.folder, err)
	}
	c.meta = object{}
	for key, value := range raw {
		c.meta[strings.ToUpper(key[:1])+key[1:]] = value
	}
	c.meta["Name"], c.meta["Version"], c.meta["AppVersion"] = stated.Name, stated.Version, stated.AppVersion
	c.name, c.needs, c.library = stated.Name, stated.Dependencies, stated.Type == "library"
	return nil
}

func readValues(path string) (object, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	values := object{}
	if err := yaml.Unmarshal(text, &values); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return values, nil
}

func (c *chart) readFiles() error {
	return filepath.Walk(c.folder, func(path string, info os.FileInfo, err error) error {
		if err != nil {
			return err
		}
		inside := filepath.ToSlash(strings.TrimPrefix(strings.TrimPrefix(path, c.folder), "/"))
		if info.IsDir() {
			if inside == "charts" || info.Name() == ".git" {
				return filepath.SkipDir
			}
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return nil
		}
		switch {
		case strings.HasPrefix(inside, "templates/"):
			c.templates[inside] = string(text)
		case inside != "Chart.yaml" && inside != "values.yaml":
			c.files[inside] = text
		}
		return nil
	})
}

// loadInner loads the charts of the charts folder and those that stand beside the chart. A chart that is needed twice
// under two names is two charts; one that nothing names is there under its own.
func (c *chart) loadInner(depth int) error {
	folders := map[string]string{}
	entries, _ := os.ReadDir(filepath.Join(c.folder, "charts"))
	var order []string
	for _, entry := range entries {
		folder := filepath.Join(c.folder, "charts", entry.Name())
		if _, err := os.Stat(filepath.Join(folder, "Chart.yaml")); err != nil || strings.HasPrefix(entry.Name(), "_") {
			continue
		}
		plain, err := loadChart(folder, "", depth+1)
		if err != nil {
			return err
		}
		folders[plain.name] = folder
		order = append(order, plain.name)
	}
	named := map[string]bool{}
	for _, need := range c.needs {
		folder, there := folders[need.Name]
		if !there && strings.HasPrefix(need.Repository, "file://") {
			folder = filepath.Join(c.folder, strings.TrimPrefix(need.Repository, "file://"))
			_, err := os.Stat(filepath.Join(folder, "Chart.yaml"))
			there = err == nil
		}
		named[need.Name] = true
		if !there {
			continue
		}
		inner, err := loadChart(folder, need.Alias, depth+1)
		if err != nil {
			return err
		}
		c.inner = append(c.inner, inner)
	}
	for _, name := range order {
		if named[name] {
			continue
		}
		inner, err := loadChart(folders[name], "", depth+1)
		if err != nil {
			return err
		}
		c.inner = append(c.inner, inner)
	}
	return nil
}
