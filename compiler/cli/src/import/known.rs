//! The types that come with Protocol Buffers: those that are built in here, and the files that declare the others.

/// What is written for a message that is a built-in type here.
pub(super) fn built_in(full: &str) -> Option<&'static str> {
    Some(match full.strip_prefix(".google.protobuf.")? {
        "Timestamp" => "timestamp",
        "Duration" => "duration",
        "BoolValue" => "bool",
        "Int32Value" => "i32",
        "Int64Value" => "i64",
        "UInt32Value" => "u32",
        "UInt64Value" => "u64",
        "FloatValue" => "f32",
        "DoubleValue" => "f64",
        "StringValue" => "string",
        "BytesValue" => "bytes",
        _ => return None,
    })
}

/// A message without fields, which says that there is nothing.
pub(super) const EMPTY: &str = ".google.protobuf.Empty";

/// A message of any type, as bytes of Protocol Buffers.
pub(super) const ANY: &str = ".google.protobuf.Any";

/// What a file says that every installation of Protocol Buffers has.
pub(super) fn file(path: &str) -> Option<String> {
    let declared = match path.strip_prefix("google/protobuf/")? {
        "timestamp.proto" => "message Timestamp { int64 seconds = 1; int32 nanos = 2; }",
        "duration.proto" => "message Duration { int64 seconds = 1; int32 nanos = 2; }",
        "wrappers.proto" => WRAPPERS,
        "empty.proto" => "// Nothing.\nmessage Empty {}",
        "any.proto" => ANY_FILE,
        "field_mask.proto" => FIELD_MASK,
        "struct.proto" => STRUCT,
        _ => return None,
    };
    Some(format!(
        "syntax = \"proto3\";\npackage google.protobuf;\n{declared}\n"
    ))
}

const WRAPPERS: &str = "message BoolValue { bool value = 1; }
message Int32Value { int32 value = 1; }
message Int64Value { int64 value = 1; }
message UInt32Value { uint32 value = 1; }
message UInt64Value { uint64 value = 1; }
message FloatValue { float value = 1; }
message DoubleValue { double value = 1; }
message StringValue { string value = 1; }
message BytesValue { bytes value = 1; }";

const ANY_FILE: &str = "// A message of any type.
message Any {
  // Ends with the full name of the type.
  string type_url = 1;
  // The message.
  bytes value = 2;
}";

const FIELD_MASK: &str = "// Which fields are meant.
message FieldMask {
  // Their names, with a dot before those inside others.
  repeated string paths = 1;
}";

const STRUCT: &str = "// A JSON object.
message Struct {
  map<string, Value> fields = 1;
}

// Any JSON.
message Value {
  oneof kind {
    NullValue null_value = 1;
    double number_value = 2;
    string string_value = 3;
    bool bool_value = 4;
    Struct struct_value = 5;
    ListValue list_value = 6;
  }
}

// JSON's null.
enum NullValue {
  NULL_VALUE = 0;
}

// A JSON array.
message ListValue {
  repeated Value values = 1;
}";
