//! Types of .NET that hold one plain value: what a column, a path or a field holds as it is.

/// By the keywords of C# and by the names of the base library.
const PLAIN: &[&str] = &[
    "string",
    "String",
    "bool",
    "Boolean",
    "byte",
    "sbyte",
    "short",
    "ushort",
    "int",
    "Int32",
    "uint",
    "long",
    "Int64",
    "ulong",
    "float",
    "double",
    "decimal",
    "char",
    "Guid",
    "DateTime",
    "DateTimeOffset",
    "DateOnly",
    "TimeOnly",
    "TimeSpan",
];

/// Whether a type, by its name without namespace and generic arguments, holds one plain value.
pub(super) fn is_plain(name: &str) -> bool {
    PLAIN.contains(&name)
}
