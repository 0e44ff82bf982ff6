//! The template engine, set up so that a mistake in a template is an error.

use minijinja::{Environment, UndefinedBehavior, Value, syntax::SyntaxConfig};

use super::error::TemplateError;

/// All templates, by name.
pub(super) struct TemplateEngine(Environment<'static>);

impl TemplateEngine {
    /// Creates an engine without templates. An undefined value is an error, and templates named `*.html` escape values.
    pub(super) fn new() -> Result<Self, TemplateError> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
        // An error names the undefined value.
        environment.set_debug(true);
        Ok(Self(environment))
    }

    /// Keeps values out of errors from now on, because real mails have secrets.
    pub(super) fn hide_values(&mut self) {
        self.0.set_debug(false);
    }

    pub(super) fn add(&mut self, name: String, template: String) -> Result<(), TemplateError> {
        Ok(self.0.add_template_owned(name, template)?)
    }

    pub(super) fn render(&self, name: &str, values: &Value) -> Result<String, TemplateError> {
        Ok(self.0.get_template(name)?.render(values)?)
    }
}
