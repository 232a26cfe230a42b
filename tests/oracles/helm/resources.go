package main

import (
	"fmt"
	"path"
	"sort"
	"strings"

	"sigs.k8s.io/yaml"
)

// A resource: what it is called and the facts that are compared, under the names that the document of reposcan has for them.
type resource struct {
	Kind  string                 `json:"kind"`
	Name  string                 `json:"name"`
	Facts map[string]interface{} `json:"facts"`
}

type set map[string]bool

// add takes a text that is settled: neither what only the cluster knows nor what differs every time is in it.
func (s set) add(value interface{}) {
	if text, ok := settled(value); ok {
		s[text] = true
	}
}

func (s set) list() []string {
	all := make([]string, 0, len(s))
	for text := range s {
		all = append(all, text)
	}
	sort.Strings(all)
	return all
}

func settled(value interface{}) (string, bool) {
	switch value.(type) {
	case nil, object, []interface{}:
		return "", false
	}
	text := fmt.Sprint(value)
	if number, ok := value.(float64); ok && number == float64(int64(number)) {
		text = fmt.Sprint(int64(number))
	}
	return text, text != "" && !strings.Contains(text, namespace) && !strings.Contains(text, "__hole") &&
		!strings.Contains(text, "{{") && !strings.Contains(text, "${")
}

func resources(text, inside string) ([]resource, error) {
	all := []resource{}
	for _, part := range documents(text) {
		one := object{}
		if err := yaml.Unmarshal([]byte(part), &one); err != nil {
			return all, err
		}
		items := []interface{}{one}
		if one["kind"] == "List" {
			items, _ = one["items"].([]interface{})
		}
		for _, item := range items {
			item, _ := item.(object)
			kind, _ := item["kind"].(string)
			if version, _ := item["apiVersion"].(string); kind == "" || version == "" {
				continue
			}
			all = append(all, describe(item, kind, inside))
		}
	}
	return all, nil
}

func documents(text string) []string {
	var all []string
	var part strings.Builder
	for _, line := range strings.SplitAfter(text, "\n") {
		if strings.HasPrefix(line, "---") {
			all = append(all, part.String())
			part.Reset()
			continue
		}
		part.WriteString(line)
	}
	return append(all, part.String())
}

func get(value interface{}, keys ...string) interface{} {
	for _, key := range keys {
		table, ok := value.(object)
		if !ok {
			return nil
		}
		value = table[key]
	}
	return value
}

func items(value interface{}) []interface{} {
	all, _ := value.([]interface{})
	return all
}

func describe(item object, kind, inside string) resource {
	name, _ := get(item, "metadata", "name").(string)
	name, known := settled(strings.ReplaceAll(name, namespace, "{namespace}"))
	if !known || name == "{namespace}" {
		base := path.Base(inside)
		name = strings.TrimSuffix(base, path.Ext(base))
	}
	one := resource{Kind: kind, Name: name, Facts: map[string]interface{}{}}
	images, inits, ports, hosts, storage := set{}, set{}, set{}, set{}, set{}
	if spec := podSpec(item); spec != nil {
		for _, pod := range items(get(spec, "containers")) {
			images.add(get(pod, "image"))
			addPorts(pod, ports)
		}
		for _, pod := range items(get(spec, "initContainers")) {
			inits.add(get(pod, "image"))
			addPorts(pod, ports)
		}
		one.text("service_account", get(spec, "serviceAccountName"))
		if _, there := one.Facts["service_account"]; !there {
			one.text("service_account", get(spec, "serviceAccount"))
		}
	}
	switch kind {
	case "Service":
		servicePorts(item, ports)
		hosts.add(get(item, "spec", "externalName"))
	case "Ingress":
		for _, rule := range items(get(item, "spec", "rules")) {
			hosts.add(get(rule, "host"))
		}
	case "HTTPRoute", "GRPCRoute", "TLSRoute", "VirtualService", "Route":
		for _, host := range append(items(get(item, "spec", "hostnames")), items(get(item, "spec", "hosts"))...) {
			hosts.add(host)
		}
		hosts.add(get(item, "spec", "host"))
	case "PersistentVolumeClaim", "PersistentVolume":
		storage.add(get(item, "spec", "resources", "requests", "storage"))
		storage.add(get(item, "spec", "capacity", "storage"))
	case "StatefulSet":
		for _, claim := range items(get(item, "spec", "volumeClaimTemplates")) {
			storage.add(get(claim, "spec", "resources", "requests", "storage"))
		}
	case "CronJob":
		one.text("schedule", get(item, "spec", "schedule"))
	}
	if number, ok := get(item, "spec", "replicas").(float64); ok {
		one.Facts["replicas"] = int64(number)
	}
	one.text("namespace", get(item, "metadata", "namespace"))
	one.sets(map[string]set{"image": images, "init_image": inits, "ports": ports, "hosts": hosts, "storage": storage})
	return one
}

func (r *resource) text(name string, value interface{}) {
	if text, ok := settled(value); ok {
		r.Facts[name] = text
	}
}

func (r *resource) sets(all map[string]set) {
	for name, values := range all {
		if len(values) > 0 {
			r.Facts[name] = values.list()
		}
	}
}

// podSpec finds the pods that a resource makes, where the known kinds keep them.
func podSpec(item object) interface{} {
	places := [][]string{{"spec", "template", "spec"}, {"spec", "jobTemplate", "spec", "template", "spec"}, {"spec"}}
	for _, keys := range places {
		spec := get(item, keys...)
		if _, ok := get(spec, "containers").([]interface{}); ok {
			return spec
		}
	}
	return nil
}

func addPorts(pod interface{}, ports set) {
	for _, port := range items(get(pod, "ports")) {
		ports.add(get(port, "containerPort"))
	}
}

func servicePorts(item object, ports set) {
	for _, port := range items(get(item, "spec", "ports")) {
		own, ok := settled(get(port, "port"))
		if !ok {
			continue
		}
		if target, there := settled(get(port, "targetPort")); there && target != own {
			own += " -> " + target
		}
		ports.add(own)
	}
}
