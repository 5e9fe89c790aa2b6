//! Reads each line's base64 as a JSON-RPC message with serde_json, into a struct and into a value, and prints what it saw.
use base64::{engine::general_purpose::STANDARD, Engine};
use serde::Deserialize;
use serde_json::{json, Map, Value};
use std::io::{stdin, stdout, BufRead, BufWriter, Write};

const FIELDS: [&str; 5] = ["name", "uri", "taskId", "requestId", "cursor"];

#[derive(Deserialize)]
#[serde(untagged)]
enum Id {
    Number(i64),
    Text(String),
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
struct Params {
    name: Option<Value>,
    uri: Option<Value>,
    task_id: Option<Value>,
    request_id: Option<Value>,
    cursor: Option<Value>,
    arguments: Option<Value>,
}

#[derive(Deserialize)]
struct Message {
    #[serde(rename = "jsonrpc")]
    _jsonrpc: String,
    id: Option<Id>,
    method: Option<String>,
    params: Option<Params>,
}

fn text(value: &str) -> String {
    STANDARD.encode(value)
}

fn seen(value: &Value) -> Value {
    match value {
        Value::Null => Value::Null,
        Value::Bool(value) => json!({ "b": value }),
        Value::Number(number) => json!({ "n": number.to_string() }),
        Value::String(value) => json!({ "s": text(value) }),
        Value::Array(items) => items.iter().map(seen).collect(),
        Value::Object(members) => {
            let members: Map<String, Value> = members.iter().map(|(key, item)| (text(key), seen(item))).collect();
            json!({ "o": members })
        }
    }
}

fn read_value(body: &[u8]) -> serde_json::Result<Value> {
    let message: Value = serde_json::from_slice(body)?;
    let params = message.get("params").cloned().unwrap_or(json!({}));
    let mut read = Map::new();
    for field in FIELDS {
        read.insert(field.into(), seen(params.get(field).unwrap_or(&Value::Null)));
    }
    for field in ["id", "method"] {
        read.insert(field.into(), seen(message.get(field).unwrap_or(&Value::Null)));
    }
    read.insert("arguments".into(), seen(params.get("arguments").unwrap_or(&Value::Null)));
    Ok(read.into())
}

fn read_struct(body: &[u8]) -> serde_json::Result<Value> {
    let message: Message = serde_json::from_slice(body)?;
    let params = message.params.unwrap_or_default();
    let of = |value: Option<Value>| value.as_ref().map_or(Value::Null, seen);
    Ok(json!({
        "id": match message.id {
            None => Value::Null,
            Some(Id::Number(number)) => json!({ "n": number.to_string() }),
            Some(Id::Text(id)) => json!({ "s": text(&id) }),
        },
        "method": message.method.map_or(Value::Null, |method| json!({ "s": text(&method) })),
        "name": of(params.name),
        "uri": of(params.uri),
        "taskId": of(params.task_id),
        "requestId": of(params.request_id),
        "cursor": of(params.cursor),
        "arguments": of(params.arguments),
    }))
}

fn or_refused(read: serde_json::Result<Value>) -> Value {
    read.unwrap_or_else(|problem| json!({ "refused": problem.to_string() }))
}

fn main() {
    let mut out = BufWriter::new(stdout().lock());
    for line in stdin().lock().lines() {
        let body = STANDARD.decode(line.unwrap()).unwrap();
        let answer = json!({ "rust": or_refused(read_value(&body)), "rust struct": or_refused(read_struct(&body)) });
        writeln!(out, "{answer}").unwrap();
    }
}
