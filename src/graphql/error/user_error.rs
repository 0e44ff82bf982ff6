//! The macro that turns the table of user errors in `code.rs` into GraphQL types.

/// Defines the object type of each user error, the enum `ErrorCode` and the interface `UserError`.
///
/// An entry names the type and, in parentheses, the data that it is made of. Its doc comment describes both the type and
/// the value of `ErrorCode`. The table begins with `self`, so that the expressions of its entries can use it: a macro
/// cannot lend its own.
macro_rules! user_errors {
    ($this:tt; $(
        $(#[doc = $doc:tt])+
        $name:ident $(($data:ty))? {
            code: $code:tt,
            message: $message:expr,
            $($(#[doc = $field_doc:tt])+ $field:ident: $type:ty = $value:expr,)*
        }
    )+) => {
        /// The code of a `UserError`.
        #[derive(Clone, Copy, PartialEq, Eq, async_graphql::Enum)]
        pub(in crate::graphql) enum ErrorCode {
            $(
                $(#[doc = $doc])+
                #[graphql(name = $code)]
                $name,
            )+
        }

        /// An error that the user can act on. Every error in a result union implements this interface, so
        /// `... on UserError { code message }` also matches errors that are added later.
        #[derive(async_graphql::Interface)]
        #[graphql(
            field(name = "code", ty = "ErrorCode", desc = "Which error it is, for programs."),
            field(
                name = "message",
                ty = "String",
                desc = "What the user can do about it, in English. The wording may change; programs should use `code`."
            )
        )]
        pub(in crate::graphql) enum UserError {
            $($name($name),)+
        }

        $(
            pub(in crate::graphql) struct $name $((pub(in crate::graphql) $data))?;

            $(#[doc = $doc])+
            #[async_graphql::Object]
            impl $name {
                #[doc = concat!("Always `", $code, "`.")]
                async fn code(&self) -> ErrorCode {
                    ErrorCode::$name
                }

                /// What the user can do about it, in English. The wording may change; programs should use `code`.
                async fn message(&$this) -> String {
                    String::from($message)
                }

                $(
                    $(#[doc = $field_doc])+
                    async fn $field(&$this) -> $type {
                        $value
                    }
                )*
            }
        )+
    };
}

pub(super) use user_errors;
