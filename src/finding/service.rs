//! The functions of chaincode that one method hands out.
//! Holds names alone; what they do is not followed.

/// The functions that the `Invoke` of chaincode tells apart by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct InvokeSwitch {
    /// The type that the method belongs to.
    pub(crate) contract: String,
    /// The names with their lines.
    pub(crate) functions: Vec<(String, u32)>,
}
