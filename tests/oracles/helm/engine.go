package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"regexp"
	"sort"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig"
	"sigs.k8s.io/yaml"
)

const (
	// What stands for the namespace that a chart is installed in: only who installs it knows.
	namespace = "__namespace__"
	// What stands for what differs every time.
	hole       = "__hole_0__"
	kubernetes = "v1.31.0"
)

// The groups that a cluster of that version serves.
var groups = []string{
	"v1", "apps/v1", "batch/v1", "autoscaling/v1", "autoscaling/v2", "networking.k8s.io/v1", "policy/v1",
	"rbac.authorization.k8s.io/v1", "storage.k8s.io/v1", "apiextensions.k8s.io/v1", "admissionregistration.k8s.io/v1",
	"apiregistration.k8s.io/v1", "scheduling.k8s.io/v1", "coordination.k8s.io/v1", "discovery.k8s.io/v1",
	"certificates.k8s.io/v1", "events.k8s.io/v1", "authentication.k8s.io/v1", "authorization.k8s.io/v1", "node.k8s.io/v1",
	"flowcontrol.apiserver.k8s.io/v1",
}

type versions []string

// Has tells whether a group is served, or a kind of it: policy/v1/PodDisruptionBudget.
func (v versions) Has(name string) bool {
	for _, one := range v {
		if one == name || path.Dir(name) == one && strings.Title(path.Base(name)) == path.Base(name) {
			return true
		}
	}
	return false
}

type kubeVersion struct{ Version, Major, Minor string }

func (k kubeVersion) String() string     { return k.Version }
func (k kubeVersion) GitVersion() string { return k.Version }

type files map[string][]byte

func (f files) Get(name string) string      { return string(f[name]) }
func (f files) GetBytes(name string) []byte { return f[name] }
func (f files) Lines(name string) []string {
	if len(f[name]) == 0 {
		return []string{}
	}
	return strings.Split(strings.TrimSuffix(string(f[name]), "\n"), "\n")
}

func (f files) Glob(pattern string) files {
	chosen := files{}
	for name, text := range f {
		if expression(pattern).MatchString(name) {
			chosen[name] = text
		}
	}
	return chosen
}

func (f files) AsConfig() string {
	all := map[string]string{}
	for name, text := range f {
		all[path.Base(name)] = string(text)
	}
	return toYAML(all)
}

func (f files) AsSecrets() string {
	all := map[string]string{}
	for name, text := range f {
		all[path.Base(name)] = base64.StdEncoding.EncodeToString(text)
	}
	return toYAML(all)
}

// expression makes a regular expression of a glob: `*` stays in a folder, `**` does not.
func expression(glob string) *regexp.Regexp {
	var out strings.Builder
	depth := 0
	for at := 0; at < len(glob); at++ {
		switch letter := glob[at]; {
		case strings.HasPrefix(glob[at:], "**"):
			out.WriteString(".*")
			at++
		case letter == '*':
			out.WriteString("[^/]*")
		case letter == '?':
			out.WriteString("[^/]")
		case letter == '{':
			depth++
			out.WriteString("(?:")
		case letter == '}' && depth > 0:
			depth--
			out.WriteString(")")
		case letter == ',' && depth > 0:
			out.WriteString("|")
		default:
			out.WriteString(regexp.QuoteMeta(string(letter)))
		}
	}
	return regexp.MustCompile("^" + out.String() + "$")
}

func toYAML(value interface{}) string {
	text, err := yaml.Marshal(value)
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(string(text), "\n")
}

func functions() template.FuncMap {
	all := sprig.TxtFuncMap()
	delete(all, "env")
	delete(all, "expandenv")
	decode := func(text string, into interface{}, read func([]byte, interface{}) error) error {
		return read([]byte(text), into)
	}
	unYAML := func(text []byte, into interface{}) error { return yaml.Unmarshal(text, into) }
	table := func(read func([]byte, interface{}) error) func(string) object {
		return func(text string) object {
			out := object{}
			if err := decode(text, &out, read); err != nil {
				out["Error"] = err.Error()
			}
			return out
		}
	}
	list := func(read func([]byte, interface{}) error) func(string) []interface{} {
		return func(text string) []interface{} {
			out := []interface{}{}
			if err := decode(text, &out, read); err != nil {
				return []interface{}{err.Error()}
			}
			return out
		}
	}
	all["toYaml"], all["mustToYaml"], all["toYamlPretty"] = toYAML, toYAML, toYAML
	all["fromYaml"], all["fromYamlArray"] = table(unYAML), list(unYAML)
	all["fromJson"], all["fromJsonArray"] = table(json.Unmarshal), list(json.Unmarshal)
	all["toToml"] = func(interface{}) string { return "" }
	all["lookup"] = func(string, string, string, string) object { return object{} }
	all["required"] = func(why string, value interface{}) (interface{}, error) {
		if text, ok := value.(string); value == nil || ok && text == "" {
			return nil, errors.New(why)
		}
		return value, nil
	}
	all["fail"] = func(why string) (string, error) { return "", errors.New(why) }
	for _, name := range []string{"randAlphaNum", "randAlpha", "randAscii", "randNumeric"} {
		all[name] = func(int) string { return hole }
	}
	for _, name := range []string{"uuidv4", "getHostByName"} {
		all[name] = func(...string) string { return hole }
	}
	return all
}

// An engine holds the templates of a chart and of all charts inside it.
type engine struct {
	all  *template.Template
	open map[string]int
}

// include runs a named template; one that includes itself too often is refused.
func (e *engine) include(in *template.Template) func(string, interface{}) (string, error) {
	return func(name string, data interface{}) (string, error) {
		if e.open[name] > 1000 {
			return "", fmt.Errorf("%s includes itself for ever", name)
		}
		e.open[name]++
		defer func() { e.open[name]-- }()
		var out bytes.Buffer
		err := in.ExecuteTemplate(&out, name, data)
		return out.String(), err
	}
}

// run renders a text; what it defines is seen by nothing but itself.
func (e *engine) run(in *template.Template) func(string, interface{}) (string, error) {
	return func(text string, data interface{}) (string, error) {
		own, err := in.Clone()
		if err != nil {
			return "", err
		}
		own.Option("missingkey=zero").Funcs(template.FuncMap{"include": e.include(own), "tpl": e.run(own)})
		parsed, err := own.New(in.Name()).Parse(text)
		if err != nil {
			return "", err
		}
		var out bytes.Buffer
		err = parsed.Execute(&out, data)
		return strings.ReplaceAll(out.String(), "<no value>", ""), err
	}
}

// A file of a chart with what it sees.
type file struct {
	name, inside, base, text, path string
	context                        object
	shown                          bool
}

func renderAll(root *chart, stated object) []report {
	root.choose(stated, "")
	root.importValues()
	values := root.coalesce(copyOf(stated).(object), false)
	var all []file
	gather(root, root, root.name, values, &all)
	// Deep files first and outer ones last, so that the outer chart defines a name for good.
	sort.Slice(all, func(a, b int) bool {
		x, y := all[a].name, all[b].name
		if deep, deeper := strings.Count(x, "/"), strings.Count(y, "/"); deep != deeper {
			return deep > deeper
		}
		return x > y
	})
	e := &engine{all: template.New("charts").Option("missingkey=zero"), open: map[string]int{}}
	e.all.Funcs(functions()).Funcs(template.FuncMap{"include": e.include(e.all), "tpl": e.run(e.all)})
	reports := []report{}
	broken := map[string]error{}
	for _, one := range all {
		if _, err := e.all.New(one.name).Parse(one.text); err != nil {
			broken[one.name] = err
		}
	}
	for _, one := range all {
		if !one.shown {
			continue
		}
		text, err := "", broken[one.name]
		if err == nil {
			text, err = e.file(one)
		}
		told := report{Template: one.path, Resources: []resource{}}
		if err != nil {
			told.Error = err.Error()
		} else if told.Resources, err = resources(text, one.inside); err != nil {
			told.Error = "not YAML: " + err.Error()
		}
		reports = append(reports, told)
	}
	return reports
}

func (e *engine) file(one file) (text string, err error) {
	defer func() {
		if why := recover(); why != nil {
			err = fmt.Errorf("panic: %v", why)
		}
	}()
	one.context["Template"] = object{"Name": one.name, "BasePath": one.base}
	var out bytes.Buffer
	err = e.all.ExecuteTemplate(&out, one.name, one.context)
	return strings.ReplaceAll(out.String(), "<no value>", ""), err
}

func gather(root, own *chart, name string, values object, into *[]file) {
	inner := object{}
	meta := copyOf(own.meta).(object)
	meta["IsRoot"] = own == root
	context := object{
		"Values":       values,
		"Chart":        meta,
		"Files":        files(own.files),
		"Subcharts":    inner,
		"Capabilities": object{"KubeVersion": kubeVersion{kubernetes, "1", "31"}, "APIVersions": versions(groups), "HelmVersion": object{"Version": "v3.16.0"}},
		"Release": object{
			"Name": root.name, "Namespace": namespace, "Service": "Helm", "IsInstall": true, "IsUpgrade": false, "Revision": 1,
		},
	}
	for _, sub := range own.inner {
		table, _ := values[sub.name].(object)
		gather(root, sub, name+"/charts/"+sub.name, table, into)
		inner[sub.name] = (*into)[len(*into)-1].context
	}
	for inside, text := range own.templates {
		*into = append(*into, file{
			name: name + "/" + inside, inside: inside, base: name + "/templates", text: text, context: context,
			path: path.Join(own.folder, inside), shown: isShown(inside) && !own.library,
		})
	}
	if len(own.templates) == 0 {
		*into = append(*into, file{name: name + "/templates/_empty", context: context})
	}
}
