// Reads each line's base64 as a JSON-RPC message with encoding/json, which does not look at case, and prints what it saw:
// once into the protocol's struct, once into one that also declares a tool's arguments.
package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
)

type params struct {
	Name      any `json:"name"`
	URI       any `json:"uri"`
	TaskID    any `json:"taskId"`
	RequestID any `json:"requestId"`
	Cursor    any `json:"cursor"`
	Arguments any `json:"arguments"`
}

type message struct {
	ID     json.RawMessage `json:"id"`
	Method any             `json:"method"`
	Params params          `json:"params"`
}

// What a tool declares.
type declared struct {
	Params struct {
		Arguments struct {
			Path   any `json:"path"`
			Amount any `json:"amount"`
			Force  any `json:"force"`
			List   any `json:"list"`
			ID     any `json:"id"`
			Nested struct {
				Deep any `json:"deep"`
			} `json:"nested"`
		} `json:"arguments"`
	} `json:"params"`
}

func text(value string) string { return base64.StdEncoding.EncodeToString([]byte(value)) }

func seen(value any) any {
	switch value := value.(type) {
	case nil:
		return nil
	case bool:
		return map[string]any{"b": value}
	case float64:
		return map[string]any{"n": strconv.FormatFloat(value, 'g', -1, 64)}
	case string:
		return map[string]any{"s": text(value)}
	case []any:
		items := make([]any, len(value))
		for index, item := range value {
			items[index] = seen(item)
		}
		return items
	case map[string]any:
		members := map[string]any{}
		for key, item := range value {
			members[text(key)] = seen(item)
		}
		return map[string]any{"o": members}
	}
	panic("no JSON")
}

func integerID(raw json.RawMessage) (any, error) {
	var id any
	if len(raw) == 0 || bytes.Equal(raw, []byte("null")) {
		return nil, nil
	}
	if raw[0] == '"' {
		err := json.Unmarshal(raw, &id)
		return seen(id), err
	}
	var number int64
	err := json.Unmarshal(raw, &number)
	return map[string]any{"n": strconv.FormatInt(number, 10)}, err
}

func read(body []byte) (any, error) {
	var m message
	if err := json.Unmarshal(body, &m); err != nil {
		return nil, err
	}
	id, err := integerID(m.ID)
	if err != nil {
		return nil, err
	}
	return map[string]any{
		"id": id, "method": seen(m.Method), "name": seen(m.Params.Name), "uri": seen(m.Params.URI),
		"taskId": seen(m.Params.TaskID), "requestId": seen(m.Params.RequestID), "cursor": seen(m.Params.Cursor),
		"arguments": seen(m.Params.Arguments),
	}, nil
}

func readDeclared(body []byte) (any, error) {
	var d declared
	if err := json.Unmarshal(body, &d); err != nil {
		return nil, err
	}
	given := d.Params.Arguments
	return map[string]any{"declared": map[string]any{
		"path": seen(given.Path), "amount": seen(given.Amount), "force": seen(given.Force), "list": seen(given.List),
		"id": seen(given.ID), "nested.deep": seen(given.Nested.Deep),
	}}, nil
}

func or(value any, err error) any {
	if err != nil {
		return map[string]any{"refused": err.Error()}
	}
	return value
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 64<<20)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for lines.Scan() {
		body, err := base64.StdEncoding.DecodeString(lines.Text())
		if err != nil {
			panic(err)
		}
		answer, err := json.Marshal(map[string]any{"go": or(read(body)), "go declared": or(readDeclared(body))})
		if err != nil {
			panic(err)
		}
		fmt.Fprintf(out, "%s\n", answer)
	}
}
