//! The plan of an operation: what async-graphql is to execute, and in which order the response has its fields.
//!
//! Fields are collected as section 6.3.2 of the specification says, once the variables are known: fragments become the
//! fields that they add to each object type, fields of one name become one field, `@skip` and `@include` are applied,
//! and arguments hold no variables. So nothing of this is left to async-graphql, which collects fields while it executes
//! them, executes a field twice that is selected twice, and passes a variable without a value as null.

use std::{
    cell::Cell,
    collections::{HashMap, HashSet},
};

use async_graphql::{
    Name, Number, PathSegment, Pos, Positioned, ServerError, Value as ConstValue,
    indexmap::IndexMap,
    parser::types::{
        DocumentOperations, ExecutableDocument, Field as PlannedField, InlineFragment, OperationDefinition,
        OperationType, Selection as PlannedSelection, SelectionSet, Type, TypeCondition, TypeDefinition, TypeKind,
    },
};

use super::{
    entities::{self, Unresolvable},
    introspection,
    variables::{Variable, Variables},
};
use crate::graphql::{
    language::syntax::{Argument, Directive, Document, Field, Literal, LiteralKind, Operation, Selection},
    top_level_error::{Code, TopLevelError},
    type_system::{TypeSystem, input_fields_of, input_value, is_composite, item_type},
};

/// What a request asks for.
pub(in crate::graphql) struct Plan {
    /// What async-graphql executes; nothing if everything is known already.
    pub(in crate::graphql) document: Option<ExecutableDocument>,
    /// The fields of the root, in the order of the response.
    pub(in crate::graphql) roots: Vec<(Name, Root)>,
}

/// Where the value of a field of the root comes from.
pub(in crate::graphql) enum Root {
    /// From the execution.
    Executed,
    /// From the schema itself.
    Introspected(ConstValue),
    /// From the execution, but for some entities.
    Entities(Unresolvable),
    /// From nowhere: an argument does not fit (section 6.4.1). Whether the field may be null, too.
    Failed { error: ServerError, nullable: bool },
}

/// Fields with the same name in the response, as one: the first of them, and the selections of all.
pub(super) struct Group<'d> {
    pub(super) field: &'d Field,
    pub(super) selections: Vec<&'d [Selection]>,
}

pub(super) type Groups<'d> = IndexMap<&'d Name, Group<'d>>;

/// What it takes to plan an operation, and what was spent on it.
pub(super) struct Planner<'d> {
    document: &'d Document,
    pub(super) types: &'d TypeSystem,
    pub(super) variables: &'d Variables,
    /// The selections that were looked at.
    selections: Cell<usize>,
    /// The bytes of the variables that were copied into arguments, each as often as it is used.
    copied: Cell<usize>,
}

/// How many selections may be looked at: a field is looked at for each object type that it may be selected from, and in
/// introspection for each object. The query of graphql-js for all of the schema needs a fifth of it.
const MAX_SELECTIONS: usize = 200_000;

/// How many bytes of variables may be copied into arguments. A variable as large as a request may be used four times.
const MAX_COPIED: usize = 256 * 1024;

/// An argument is null where it must not be.
pub(super) struct NullArgument;

/// The values of a field's arguments.
pub(super) type Arguments = Vec<(Name, ConstValue)>;

impl Plan {
    /// Plans an operation of a valid document. Fails where introspection would answer too much.
    pub(in crate::graphql) fn new(
        document: &Document,
        operation: &Operation,
        types: &TypeSystem,
        variables: &Variables,
    ) -> Result<Self, TopLevelError> {
        let planner = Planner::new(document, types, variables);
        let (mut roots, mut items) = (Vec::new(), Vec::new());
        // A valid document has a root type.
        let Some(root) = types.root(operation.kind) else { return Ok(Self { document: None, roots }) };
        for (key, group) in planner.collect(&[&operation.selections], root) {
            let planned = planner.root(root, &group, &mut items)?;
            let ends = matches!(planned, Root::Failed { nullable: false, .. });
            roots.push((key.clone(), planned));
            if ends {
                // The response has no data. Of a mutation, the fields before this one are executed (section 6.2.2).
                if operation.kind == OperationType::Query {
                    items.clear();
                }
                break;
            }
        }
        planner.check()?;
        let document = (!items.is_empty()).then(|| executable(operation, items));
        Ok(Self { document, roots })
    }
}

/// A document with this operation alone.
fn executable(operation: &Operation, items: Vec<Positioned<PlannedSelection>>) -> ExecutableDocument {
    let definition = OperationDefinition {
        ty: operation.kind,
        variable_definitions: Vec::new(),
        directives: Vec::new(),
        selection_set: Positioned::new(SelectionSet { items }, operation.position),
    };
    let operations = DocumentOperations::Single(Positioned::new(definition, operation.position));
    ExecutableDocument { operations, fragments: HashMap::new() }
}

impl<'d> Planner<'d> {
    pub(super) fn new(document: &'d Document, types: &'d TypeSystem, variables: &'d Variables) -> Self {
        Self { document, types, variables, selections: Cell::new(0), copied: Cell::new(0) }
    }

    /// Whether the plan took no more than it may. What is beyond that is left out of it.
    pub(super) fn check(&self) -> Result<(), TopLevelError> {
        let refuse = |message: String| Err(TopLevelError::new(Code::QueryTooComplex, message));
        if self.selections.get() > MAX_SELECTIONS {
            return refuse(format!("A request may select at most {MAX_SELECTIONS} fields from all objects together."));
        }
        if self.copied.get() > MAX_COPIED {
            return refuse(format!(
                "The variables of a request may be used for at most {MAX_COPIED} bytes of arguments."
            ));
        }
        Ok(())
    }

    /// `CollectFields()`: the fields that these selections ask of an object of this type.
    pub(super) fn collect(&self, selections: &[&'d [Selection]], object: &TypeDefinition) -> Groups<'d> {
        let (mut groups, mut seen) = (Groups::new(), HashSet::new());
        for selections in selections {
            self.collect_into(&mut groups, selections, object, &mut seen);
        }
        groups
    }

    fn collect_into(
        &self,
        groups: &mut Groups<'d>,
        selections: &'d [Selection],
        object: &TypeDefinition,
        seen: &mut HashSet<&'d Name>,
    ) {
        self.selections.set(self.selections.get() + selections.len());
        if self.selections.get() > MAX_SELECTIONS {
            return;
        }
        for selection in selections {
            match selection {
                Selection::Field(field) if self.is_included(&field.directives) => {
                    let new = || Group { field, selections: Vec::new() };
                    groups.entry(field.response_key()).or_insert_with(new).selections.push(&field.selections);
                }
                Selection::Inline(inline) if self.is_included(&inline.directives) => {
                    if inline.on.as_ref().is_none_or(|on| self.applies(on, object)) {
                        self.collect_into(groups, &inline.selections, object, seen);
                    }
                }
                Selection::Spread(spread) if self.is_included(&spread.directives) => {
                    let fragment = self.document.fragment(&spread.name);
                    if let Some(fragment) = fragment.filter(|fragment| self.applies(&fragment.on, object))
                        && seen.insert(&fragment.name)
                    {
                        self.collect_into(groups, &fragment.selections, object, seen);
                    }
                }
                Selection::Field(_) | Selection::Inline(_) | Selection::Spread(_) => {}
            }
        }
    }

    /// Whether a fragment on this type applies to an object of that type.
    fn applies(&self, on: &Name, object: &TypeDefinition) -> bool {
        let name = &object.name.node;
        on == name || self.types.named(on).is_some_and(|on| self.types.possible(on).contains(name))
    }

    fn is_included(&self, directives: &[Directive]) -> bool {
        directives.iter().all(|directive| match directive.name.as_str() {
            "skip" => !self.condition(directive),
            "include" => self.condition(directive),
            _ => true,
        })
    }

    fn condition(&self, directive: &Directive) -> bool {
        match directive.arguments.first().map(|argument| &argument.value.kind) {
            Some(LiteralKind::Boolean(value)) => *value,
            Some(LiteralKind::Variable(name)) => {
                self.variables.get(name).is_some_and(|variable| variable.value == ConstValue::Boolean(true))
            }
            _ => false,
        }
    }

    fn root(
        &self,
        parent: &TypeDefinition,
        group: &Group<'d>,
        items: &mut Vec<Positioned<PlannedSelection>>,
    ) -> Result<Root, TopLevelError> {
        let arguments = self.arguments(parent, group.field);
        if let Ok(arguments) = &arguments
            && introspection::is_asked_for(&group.field.name)
        {
            return introspection::answer(self, parent, group, arguments).map(Root::Introspected);
        }
        Ok(match arguments.and_then(|arguments| self.field(parent, group, arguments)) {
            Ok(mut field) => {
                let unresolvable = entities::take_unresolvable(&mut field.node);
                items.push(field);
                unresolvable.map_or(Root::Executed, Root::Entities)
            }
            Err(NullArgument) => {
                let message = "An argument is null that must not be.";
                let mut error = TopLevelError::new(Code::BadUserInput, message).about_document();
                error.locations = vec![group.field.position];
                error.path = vec![PathSegment::Field(group.field.response_key().to_string())];
                let definition = self.types.field(parent, &group.field.name);
                Root::Failed { error, nullable: definition.is_some_and(|definition| definition.ty.node.nullable) }
            }
        })
    }

    fn field(
        &self,
        parent: &TypeDefinition,
        group: &Group<'d>,
        arguments: Arguments,
    ) -> Result<Positioned<PlannedSelection>, NullArgument> {
        let Group { field, selections } = group;
        let position = field.position;
        let definition = self.types.field(parent, &field.name);
        let of_type = definition.and_then(|definition| self.types.innermost(&definition.ty.node));
        let items = match of_type.filter(|of_type| is_composite(of_type)) {
            Some(of_type) => self.inside(of_type, selections, position)?,
            None => Vec::new(),
        };
        let positioned = |(name, value): (Name, ConstValue)| {
            (Positioned::new(name, position), Positioned::new(value.into_value(), position))
        };
        let planned = PlannedField {
            alias: field.alias.clone().map(|alias| Positioned::new(alias, position)),
            name: Positioned::new(field.name.clone(), position),
            arguments: arguments.into_iter().map(positioned).collect(),
            directives: Vec::new(),
            selection_set: Positioned::new(SelectionSet { items }, position),
        };
        Ok(Positioned::new(PlannedSelection::Field(Positioned::new(planned, position)), position))
    }

    /// The selections of a field of this type: for an interface or a union, those of each object type that it may be.
    fn inside(
        &self,
        of_type: &TypeDefinition,
        selections: &[&'d [Selection]],
        position: Pos,
    ) -> Result<Vec<Positioned<PlannedSelection>>, NullArgument> {
        if matches!(of_type.kind, TypeKind::Object(_)) {
            let field = |group: &Group<'d>| self.field(of_type, group, self.arguments(of_type, group.field)?);
            return self.collect(selections, of_type).values().map(field).collect();
        }
        let mut fragments = Vec::new();
        for name in self.types.possible(of_type) {
            let Some(object) = self.types.named(name) else { continue };
            let items = self.inside(object, selections, position)?;
            if !items.is_empty() {
                let condition = TypeCondition { on: Positioned::new(name.clone(), position) };
                let fragment = InlineFragment {
                    type_condition: Some(Positioned::new(condition, position)),
                    directives: Vec::new(),
                    selection_set: Positioned::new(SelectionSet { items }, position),
                };
                let fragment = PlannedSelection::InlineFragment(Positioned::new(fragment, position));
                fragments.push(Positioned::new(fragment, position));
            }
        }
        Ok(fragments)
    }

    /// `CoerceArgumentValues()`: one whose variable has no value is left out, so that its default applies.
    pub(super) fn arguments(&self, parent: &TypeDefinition, field: &Field) -> Result<Arguments, NullArgument> {
        let definition = self.types.field(parent, &field.name);
        let mut arguments = Arguments::with_capacity(field.arguments.len());
        for Argument { name, value, .. } in &field.arguments {
            let expected = definition.and_then(|definition| input_value(&definition.arguments, name));
            let given = self.value(value, expected.map(|expected| &expected.ty.node))?;
            arguments.extend(given.map(|value| (name.clone(), value)));
        }
        Ok(arguments)
    }

    fn copy(&self, variable: &Variable) -> ConstValue {
        self.copied.set(self.copied.get() + variable.size);
        if self.copied.get() > MAX_COPIED { ConstValue::Null } else { variable.value.clone() }
    }

    /// The value of a literal; none if it is a variable without a value.
    fn value(&self, literal: &Literal, of_type: Option<&Type>) -> Result<Option<ConstValue>, NullArgument> {
        let value = match &literal.kind {
            LiteralKind::Variable(name) => match self.variables.get(name) {
                Some(variable) => self.copy(variable),
                None => return Ok(None),
            },
            LiteralKind::List(items) => {
                let item = of_type.and_then(item_type);
                // In a list, a variable without a value is null.
                let items = items.iter().map(|value| self.value(value, item).map(Option::unwrap_or_default));
                let items: Vec<ConstValue> = items.collect::<Result<_, _>>()?;
                let must_not = item.is_some_and(|item| !item.nullable);
                if must_not && items.contains(&ConstValue::Null) {
                    return Err(NullArgument);
                }
                ConstValue::List(items)
            }
            LiteralKind::Object(fields) => {
                let definition = of_type.and_then(|of_type| self.types.innermost(of_type));
                let defined = definition.and_then(input_fields_of).unwrap_or_default();
                let mut object = IndexMap::with_capacity(fields.len());
                for field in fields {
                    let expected = input_value(defined, &field.name).map(|expected| &expected.ty.node);
                    object.extend(self.value(&field.value, expected)?.map(|value| (field.name.clone(), value)));
                }
                ConstValue::Object(object)
            }
            scalar => scalar_value(scalar, of_type, self.types),
        };
        match (value, of_type) {
            (ConstValue::Null, Some(of_type)) if !of_type.nullable => Err(NullArgument),
            (value, Some(of_type)) => Ok(Some(in_lists(value, of_type))),
            (value, None) => Ok(Some(value)),
        }
    }
}

/// The value of a literal without variables.
pub(super) fn constant(literal: &Literal, of_type: &Type, types: &TypeSystem) -> ConstValue {
    let (document, variables) = (Document::default(), Variables::new());
    let planner = Planner::new(&document, types, &variables);
    planner.value(literal, Some(of_type)).ok().flatten().unwrap_or_default()
}

/// A single value where a list is expected is a list of one (section 3.11).
fn in_lists(value: ConstValue, of_type: &Type) -> ConstValue {
    match (item_type(of_type), value) {
        (Some(_), value @ (ConstValue::List(_) | ConstValue::Null)) | (None, value) => value,
        (Some(item), value) => ConstValue::List(vec![in_lists(value, item)]),
    }
}

fn scalar_value(literal: &LiteralKind, of_type: Option<&Type>, types: &TypeSystem) -> ConstValue {
    let is_id = || of_type.and_then(|of_type| types.innermost(of_type)).is_some_and(|of| of.name.node == "ID");
    match literal {
        // An ID may be written as a whole number of any length.
        LiteralKind::Int(digits) if is_id() => ConstValue::String(digits.clone()),
        LiteralKind::Int(digits) | LiteralKind::Float(digits) => number(digits),
        LiteralKind::String(text) => ConstValue::String(text.clone()),
        LiteralKind::Boolean(value) => ConstValue::Boolean(*value),
        LiteralKind::Enum(name) => ConstValue::Enum(name.clone()),
        LiteralKind::Null | LiteralKind::Variable(_) | LiteralKind::List(_) | LiteralKind::Object(_) => {
            ConstValue::Null
        }
    }
}

fn number(digits: &str) -> ConstValue {
    let whole = digits.parse::<i64>().ok().map(Number::from);
    let number = whole.or_else(|| Number::from_f64(digits.parse().ok()?));
    number.map_or(ConstValue::Null, ConstValue::Number)
}
