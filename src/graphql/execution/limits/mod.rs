//! How much one request may ask for, measured on the parsed document before anything else is done with it.
//!
//! Fragments are counted each time they are used, and measured once each: a document of a kilobyte can ask for a
//! billion fields by way of fragments within fragments.

use std::collections::HashMap;

use async_graphql::Name;

use crate::graphql::{
    error::{Code, TopLevelError},
    language::syntax::{Document, Operation, Selection},
};

/// The longest document, in bytes.
const MAX_DOCUMENT: usize = 32 * 1024;

/// How deep selections may nest. The introspection queries of graphql-js and GraphiQL need 15.
const MAX_DEPTH: usize = 20;

/// How many fields a request may ask for. Those introspection queries need 220.
const MAX_FIELDS: usize = 500;

/// How many fragments may be used in an operation, each as often as it is.
const MAX_SPREADS: usize = 500;

/// How many operations a document may have. Every rule of validation holds for each of them.
const MAX_OPERATIONS: usize = 20;

/// How many fields may stand at the top of an operation.
const MAX_ROOT_FIELDS: usize = 20;

/// How many fields may be asked for under another name.
const MAX_ALIASES: usize = 30;

/// How many directives may be used.
const MAX_DIRECTIVES: usize = 30;

/// How many fields may try a password. Each is an attempt, and slow on purpose.
const MAX_CREDENTIAL_MUTATIONS: usize = 1;

/// The fields that try a password or choose one.
const CREDENTIAL_MUTATIONS: [&str; 5] = ["register", "login", "changePassword", "resetPassword", "requestEmailChange"];

/// The fields of the root that take a secret: a password, or a token.
const SECRET_FIELDS: [&str; 9] = [
    "register",
    "login",
    "changePassword",
    "resetPassword",
    "requestEmailChange",
    "verifyToken",
    "refreshToken",
    "verifyEmail",
    "confirmEmailChange",
];

/// The fields that answer with the schema. Each is allowed once: a tool asks for all that it needs at once.
const INTROSPECTION: [&str; 2] = ["__schema", "__type"];

/// The fields that lead from a type to other types, by lists. On a path below `__schema` or `__type`, each is allowed
/// once: the introspection queries of the usual tools need no more, and twice is enough to ask for everything squared.
const CIRCULAR: [&str; 4] = ["fields", "inputFields", "interfaces", "possibleTypes"];

/// Whether a text is short enough to be read at all.
pub(in crate::graphql) fn check_length(document: &str) -> Result<(), TopLevelError> {
    if document.len() <= MAX_DOCUMENT {
        return Ok(());
    }
    let message = format!("A document may have at most {MAX_DOCUMENT} bytes.");
    Err(TopLevelError::new(Code::QueryTooComplex, message))
}

/// Whether every operation of a document keeps to the limits, and asks for the schema only where clients may.
pub(in crate::graphql) fn check(document: &Document, introspection: bool) -> Result<(), TopLevelError> {
    keep_to("operations", document.operations.len(), MAX_OPERATIONS)?;
    let mut ruler = Ruler { document, fragments: HashMap::new() };
    for operation in &document.operations {
        let measure = ruler.measure(operation)?;
        if measure.introspection != [0, 0] && !introspection {
            return Err(TopLevelError::new(Code::GraphqlValidationFailed, "Introspection is off here."));
        }
        measure.check()?;
    }
    // Those that no operation uses are not valid, but validation has to walk through them.
    document.fragments.iter().try_for_each(|fragment| ruler.fragment(&fragment.name, 0)?.check_size())
}

/// Whether a document has a field that takes a secret, which must not be part of a link.
pub(in crate::graphql) fn takes_secret(document: &Document) -> bool {
    let operations = document.operations.iter().map(|operation| &operation.selections);
    let fragments = document.fragments.iter().map(|fragment| &fragment.selections);
    operations.chain(fragments).any(|selections| takes_secret_in(selections))
}

fn takes_secret_in(selections: &[Selection]) -> bool {
    selections.iter().any(|selection| match selection {
        Selection::Field(field) => SECRET_FIELDS.contains(&field.name.as_str()),
        Selection::Inline(inline) => takes_secret_in(&inline.selections),
        Selection::Spread(_) => false,
    })
}

/// How many selections a document holds, each counted where it is written.
pub(in crate::graphql) fn count_selections(document: &Document) -> usize {
    let operations = document.operations.iter().map(|operation| &operation.selections);
    let fragments = document.fragments.iter().map(|fragment| &fragment.selections);
    operations.chain(fragments).map(|selections| selections_in(selections)).sum()
}

fn selections_in(selections: &[Selection]) -> usize {
    let inside = |selection: &Selection| match selection {
        Selection::Field(field) => selections_in(&field.selections),
        Selection::Inline(inline) => selections_in(&inline.selections),
        Selection::Spread(_) => 0,
    };
    selections.iter().map(|selection| 1 + inside(selection)).sum()
}

fn keep_to(what: &str, found: usize, limit: usize) -> Result<(), TopLevelError> {
    if found <= limit {
        return Ok(());
    }
    Err(TopLevelError::new(Code::QueryTooComplex, format!("A request may have at most {limit} {what}.")))
}

/// What a selection asks for, fragments included.
#[derive(Clone, Copy, Default)]
struct Measure {
    fields: usize,
    spreads: usize,
    top_fields: usize,
    credential_mutations: usize,
    /// How often each of [`INTROSPECTION`] is asked for.
    introspection: [usize; 2],
    /// How often each of [`CIRCULAR`] is on one path.
    circular: [usize; 4],
    aliases: usize,
    directives: usize,
    depth: usize,
}

impl Measure {
    /// Both of two selections of the same object.
    fn beside(self, other: Self) -> Self {
        Self {
            fields: self.fields.saturating_add(other.fields),
            spreads: self.spreads.saturating_add(other.spreads),
            top_fields: self.top_fields.saturating_add(other.top_fields),
            credential_mutations: self.credential_mutations.saturating_add(other.credential_mutations),
            introspection: combine(self.introspection, other.introspection, usize::saturating_add),
            circular: combine(self.circular, other.circular, usize::max),
            aliases: self.aliases.saturating_add(other.aliases),
            directives: self.directives.saturating_add(other.directives),
            depth: self.depth.max(other.depth),
        }
    }

    /// The same inside a fragment with that many directives.
    fn inside(self, directives: usize) -> Self {
        Self { directives: self.directives.saturating_add(directives), depth: self.depth + 1, ..self }
    }

    fn check(self) -> Result<(), TopLevelError> {
        self.check_size()?;
        keep_to("fields at the top", self.top_fields, MAX_ROOT_FIELDS)?;
        keep_to("aliases", self.aliases, MAX_ALIASES)?;
        keep_to("directives", self.directives, MAX_DIRECTIVES)?;
        keep_to("field that takes a password", self.credential_mutations, MAX_CREDENTIAL_MUTATIONS)?;
        for (name, found) in INTROSPECTION.iter().zip(self.introspection) {
            keep_to(&format!("field {name}"), found, 1)?;
        }
        // Below other fields, these names mean something else.
        if self.introspection == [0, 0] {
            return Ok(());
        }
        CIRCULAR
            .iter()
            .zip(self.circular)
            .try_for_each(|(name, found)| keep_to(&format!("field {name} on one path through the schema"), found, 1))
    }

    fn check_size(self) -> Result<(), TopLevelError> {
        keep_to("levels of selections", self.depth, MAX_DEPTH)?;
        keep_to("fields", self.fields, MAX_FIELDS)?;
        keep_to("uses of fragments", self.spreads, MAX_SPREADS)
    }
}

fn combine<const N: usize>(one: [usize; N], two: [usize; N], by: impl Fn(usize, usize) -> usize) -> [usize; N] {
    std::array::from_fn(|n| by(one[n], two[n]))
}

fn counted<const N: usize>(names: [&str; N], name: &str, inside: [usize; N]) -> [usize; N] {
    std::array::from_fn(|n| inside[n] + usize::from(names[n] == name))
}

/// Measures selections, each fragment once.
struct Ruler<'d> {
    document: &'d Document,
    /// `None` while a fragment is being measured: one that contains itself has no end.
    fragments: HashMap<&'d Name, Option<Measure>>,
}

impl<'d> Ruler<'d> {
    fn measure(&mut self, operation: &'d Operation) -> Result<Measure, TopLevelError> {
        let mut measure = self.selections(&operation.selections, 1)?;
        measure.directives += operation.directives.len();
        Ok(measure)
    }

    /// Gives up as soon as it is too deep, so that it needs no deeper stack itself.
    fn selections(&mut self, selections: &'d [Selection], level: usize) -> Result<Measure, TopLevelError> {
        let mut sum = Measure::default();
        for selection in selections {
            keep_to("levels of selections", level, MAX_DEPTH)?;
            sum = sum.beside(self.selection(selection, level)?);
        }
        Ok(sum)
    }

    fn selection(&mut self, selection: &'d Selection, level: usize) -> Result<Measure, TopLevelError> {
        match selection {
            Selection::Field(field) => {
                let inner = self.selections(&field.selections, level + 1)?;
                let name = field.name.as_str();
                Ok(Measure {
                    fields: inner.fields.saturating_add(1),
                    top_fields: 1,
                    credential_mutations: usize::from(CREDENTIAL_MUTATIONS.contains(&name)),
                    introspection: counted(INTROSPECTION, name, [0; 2]),
                    circular: counted(CIRCULAR, name, inner.circular),
                    aliases: inner.aliases.saturating_add(usize::from(field.alias.is_some())),
                    ..inner.inside(field.directives.len())
                })
            }
            Selection::Inline(inline) => {
                Ok(self.selections(&inline.selections, level + 1)?.inside(inline.directives.len()))
            }
            Selection::Spread(spread) => {
                let inner = self.fragment(&spread.name, level)?;
                let spreads = inner.spreads.saturating_add(1);
                Ok(Measure { spreads, ..inner.inside(spread.directives.len()) })
            }
        }
    }

    fn fragment(&mut self, name: &Name, level: usize) -> Result<Measure, TopLevelError> {
        // One that is not defined is for the validation to find.
        let Some(fragment) = self.document.fragment(name) else { return Ok(Measure::default()) };
        match self.fragments.insert(&fragment.name, None) {
            Some(Some(known)) => {
                self.fragments.insert(&fragment.name, Some(known));
                Ok(known)
            }
            Some(None) => Err(TopLevelError::new(
                Code::GraphqlValidationFailed,
                format!("The fragment {name} contains itself, and so has no end."),
            )),
            None => {
                let measure = self.selections(&fragment.selections, level + 1)?;
                self.fragments.insert(&fragment.name, Some(measure));
                Ok(measure)
            }
        }
    }
}
