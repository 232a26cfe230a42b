package main

import (
	"fmt"
	"strings"
)

func copyOf(value interface{}) interface{} {
	switch value := value.(type) {
	case object:
		out := make(object, len(value))
		for key, inner := range value {
			out[key] = copyOf(inner)
		}
		return out
	case []interface{}:
		out := make([]interface{}, len(value))
		for at, inner := range value {
			out[at] = copyOf(inner)
		}
		return out
	default:
		return value
	}
}

// underlay puts defaults under stated values. A stated null takes the default away, unless nulls are to be kept for a later round.
func underlay(stated, defaults object, keepNulls bool) {
	for key, preset := range defaults {
		given, there := stated[key]
		inner, isTable := given.(object)
		presetTable, presetIsTable := preset.(object)
		switch {
		case !there:
			if preset == nil && !keepNulls {
				continue
			}
			stated[key] = copyOf(preset)
			if table, ok := stated[key].(object); ok && !keepNulls {
				dropNulls(table)
			}
		case given == nil && preset != nil && !keepNulls:
			delete(stated, key)
		case isTable && presetIsTable:
			underlay(inner, presetTable, keepNulls)
		}
	}
}

func dropNulls(table object) {
	for key, value := range table {
		if value == nil {
			delete(table, key)
		} else if inner, ok := value.(object); ok {
			dropNulls(inner)
		}
	}
}

// coalesce gives a chart and the charts inside it the values that they see; stated values win over their own.
func (c *chart) coalesce(stated object, keepNulls bool) object {
	innerKeys := map[string]bool{}
	for _, inner := range c.inner {
		innerKeys[inner.name] = true
	}
	for key, preset := range c.values {
		// What is stated for a chart inside keeps its nulls: they take away defaults of that chart.
		part := object{key: preset}
		underlay(stated, part, keepNulls || innerKeys[key])
	}
	for _, inner := range c.inner {
		table, ok := stated[inner.name].(object)
		if !ok {
			table = object{}
			stated[inner.name] = table
		}
		passGlobals(table, stated)
		stated[inner.name] = inner.coalesce(table, keepNulls)
	}
	return stated
}

// passGlobals hands the globals of the outer chart in; they win over those that the inner chart was given.
func passGlobals(inner, outer object) {
	given, ok := inner["global"].(object)
	if !ok {
		if inner["global"] != nil {
			return
		}
		given = object{}
	}
	global, _ := outer["global"].(object)
	for key, value := range global {
		table, isTable := value.(object)
		known, isKnown := given[key]
		knownTable, knownIsTable := known.(object)
		switch {
		case isTable && !isKnown:
			given[key] = copyOf(table)
		case isTable && knownIsTable:
			merged := copyOf(table).(object)
			underlay(merged, knownTable, true)
			given[key] = merged
		case isTable, knownIsTable:
		default:
			given[key] = value
		}
	}
	inner["global"] = given
}

func at(values object, path string) (interface{}, bool) {
	var value interface{} = values
	for _, key := range strings.Split(path, ".") {
		table, ok := value.(object)
		if !ok {
			return nil, false
		}
		if value, ok = table[key]; !ok {
			return nil, false
		}
	}
	return value, true
}

// choose takes out the charts that tags and conditions switch off; a condition wins over tags.
func (c *chart) choose(stated object, path string) {
	values := c.coalesce(copyOf(stated).(object), false)
	tags, _ := values["tags"].(object)
	off := map[string]bool{}
	for _, need := range c.needs {
		on, yes, no := true, false, false
		for _, tag := range need.Tags {
			if value, ok := tags[tag].(bool); ok {
				yes, no = yes || value, no || !value
			}
		}
		on = yes || !no
		for _, condition := range strings.Split(strings.TrimSpace(need.Condition), ",") {
			value, _ := at(values, path+condition)
			if value, ok := value.(bool); ok {
				on = value
				break
			}
		}
		off[need.key()] = off[need.key()] || !on
	}
	var kept []*chart
	for _, inner := range c.inner {
		if !off[inner.name] {
			kept = append(kept, inner)
		}
	}
	c.inner = kept
	for _, inner := range c.inner {
		// Conditions of inner charts are looked up in the values of the outermost one.
		inner.choose(values, path+inner.name+".")
	}
}

// importValues lifts what a chart inside exports into the values of the outer one, which wins.
func (c *chart) importValues() {
	for _, inner := range c.inner {
		inner.importValues()
	}
	values := c.coalesce(object{}, true)
	lifted := object{}
	for _, need := range c.needs {
		for _, one := range need.ImportValues {
			child, parent := "", "."
			switch one := one.(type) {
			case string:
				child = "exports." + one
			case object:
				child, parent = fmt.Sprint(one["child"]), fmt.Sprint(one["parent"])
			}
			value, _ := at(values, need.key()+"."+child)
			table, ok := value.(object)
			if !ok {
				continue
			}
			table = copyOf(table).(object)
			if parent != "." {
				keys := strings.Split(parent, ".")
				for last := len(keys) - 1; last >= 0; last-- {
					table = object{keys[last]: table}
				}
			}
			underlay(lifted, table, true)
		}
	}
	if len(lifted) > 0 {
		underlay(values, lifted, true)
		c.values = values
	}
}
