//! Converting a user of another system, and comparing them with existing users.

use std::collections::HashMap;

use chrono::{DateTime, SubsecRound, Utc};
use sea_orm::{ConnectionTrait, DbErr};
use secrecy::ExposeSecret;
use uuid::Uuid;

use super::import_users::{ImportOutcome, ImportRefusal, ImportUser};
use crate::{
    accounts::{
        id,
        identifier::{email::Email, username::Username},
        login::stored_password,
        profile::display_name::DisplayName,
        validation::{
            form::{Field, Form},
            text,
        },
    },
    entity,
    secrets::PasswordHash,
};

/// The rows of an imported user.
pub(super) struct Imported {
    email: Option<Email>,
    username: Option<Username>,
    pub(super) row: entity::user::Model,
    pub(super) password: entity::password::Model,
    /// Whether the id comes from the other system.
    pub(super) keeps_id: bool,
}

impl Imported {
    /// Parses a user. A hash of a cost above `max_cost` is refused.
    pub(super) fn parse(user: &ImportUser, max_cost: u32, now: DateTime<Utc>) -> Result<Self, ImportRefusal> {
        let (email, username) = (text::given(user.email.as_deref()), text::given(user.username.as_deref()));
        let (email, username) = separate(email, username);
        if email.is_none() && username.is_none() {
            return Err(ImportRefusal::NoIdentifier);
        }
        if user.id.is_some_and(|id| id.is_nil()) {
            return Err(ImportRefusal::NilId);
        }
        let mut form = Form::default();
        let email = form.optional(Field::Email, email, Email::parse);
        let username = form.optional(Field::Username, username, Username::parse);
        let display_name = form.optional(Field::DisplayName, user.display_name.as_deref(), DisplayName::parse);
        form.accept(Some(())).map_err(ImportRefusal::ValidationFailed)?;
        let hash = user.password_hash.as_ref().ok_or(ImportRefusal::NoPassword)?;
        let hash = PasswordHash::imported(hash.expose_secret())?;
        if let Some(cost) = hash.cost().filter(|cost| *cost > max_cost) {
            return Err(ImportRefusal::SlowHash { cost });
        }

        let id = user.id.unwrap_or_else(|| id::new(now));
        // Clocks differ, and exported times may lack their time zone.
        let created_at = user.created_at.map_or(now, |then| then.trunc_subsecs(6).min(now));
        let email_verified = user.email_verified && email.is_some();
        let mut row = entity::user::Model {
            email: email.as_ref().map(|email| email.written.clone()),
            email_canonical: email.as_ref().map(|email| email.canonical.clone()),
            display_name: display_name.map(|name| name.0),
            created_at,
            disabled_at: user.disabled.then_some(now),
            email_verified_at: email_verified.then_some(now),
            ..entity::user::Model::new(id, now)
        };
        Username::put(username.clone(), &mut row);
        let password = stored_password::chosen(id, hash, now);
        Ok(Self { email, username, row, password, keeps_id: user.id.is_some() })
    }

    /// Whether both have the same identifiers, and the same id if it is to be kept.
    fn is(&self, other: &entity::user::Model) -> bool {
        let is_one_of = |forms: Option<[&str; 2]>, stored: Option<&str>| match (forms, stored) {
            (Some(forms), Some(stored)) => forms.contains(&stored),
            (forms, stored) => forms.is_none() && stored.is_none(),
        };
        is_one_of(self.emails(), other.email_canonical.as_deref())
            && is_one_of(self.usernames(), other.username_canonical.as_deref())
            && (!self.keeps_id || self.row.id == other.id)
    }

    fn emails(&self) -> Option<[&str; 2]> {
        self.email.as_ref().map(Email::forms)
    }

    fn usernames(&self) -> Option<[&str; 2]> {
        self.username.as_ref().map(Username::forms)
    }
}

/// Separates the two identifiers: a column of usernames may hold e-mail addresses, but no username contains `@`. An
/// address in it becomes the e-mail address of a row without one, and is ignored where both are equal.
fn separate<'t>(email: Option<&'t str>, username: Option<&'t str>) -> (Option<&'t str>, Option<&'t str>) {
    let canonical = |text: &str| Email::parse(text).ok().map(|email| email.canonical);
    match (email, username) {
        (None, Some(name)) if name.contains('@') => (Some(name), None),
        (Some(email), Some(name)) if name.contains('@') && canonical(email) == canonical(name) => (Some(email), None),
        both => both,
    }
}

/// The existing users who conflict with users of an import.
#[derive(Default)]
pub(super) struct Existing {
    users: HashMap<Uuid, (entity::user::Model, Option<entity::password::Model>)>,
    emails: HashMap<String, Uuid>,
    usernames: HashMap<String, Uuid>,
    skeletons: HashMap<String, Uuid>,
}

impl Existing {
    /// Finds the users whose row could not be converted and has an identifier of one of these; for the others, the
    /// unique indexes decide.
    pub(super) async fn find_unconverted(
        db: &impl ConnectionTrait,
        users: impl Iterator<Item = &Imported> + Clone,
    ) -> Result<Self, DbErr> {
        let former = |[former, canonical]: [&str; 2]| (former != canonical).then(|| former.to_owned());
        let emails = users.clone().filter_map(Imported::emails).filter_map(former);
        let mut found = entity::user::among(db, entity::user::Column::EmailCanonical, emails).await?;
        let usernames = users.filter_map(Imported::usernames).filter_map(former);
        found.extend(entity::user::among(db, entity::user::Column::UsernameCanonical, usernames).await?);
        Ok(Self::of(found))
    }

    /// Finds the users who have the id or an identifier of one of these, or for whom such an identifier is reserved.
    pub(super) async fn find(
        db: &impl ConnectionTrait,
        users: impl Iterator<Item = &Imported> + Clone,
        now: DateTime<Utc>,
    ) -> Result<Self, DbErr> {
        use entity::user::{Column, among};

        let ids = users.clone().filter(|user| user.keeps_id).map(|user| user.row.id);
        let mut found = among(db, Column::Id, ids).await?;
        let emails = users.clone().filter_map(Imported::emails).flatten().map(str::to_owned);
        found.extend(among(db, Column::EmailCanonical, emails).await?);
        let usernames = users.clone().filter_map(Imported::usernames).flatten().map(str::to_owned);
        found.extend(among(db, Column::UsernameCanonical, usernames).await?);
        let skeletons = users.clone().filter_map(|user| user.row.username_skeleton.clone());
        found.extend(among(db, Column::UsernameSkeleton, skeletons).await?);
        let reserved = reserved(db, users.map(|user| &user.row), now).await?;
        found.extend(among(db, Column::Id, reserved.values().copied()).await?);

        let mut existing = Self::of(found);
        for (name, user) in reserved {
            let names = if name.contains('@') { &mut existing.emails } else { &mut existing.usernames };
            names.insert(name, user);
        }
        Ok(existing)
    }

    fn of(found: Vec<(entity::user::Model, Option<entity::password::Model>)>) -> Self {
        let mut existing = Self::default();
        for (user, password) in found {
            existing.emails.extend(user.email_canonical.clone().map(|email| (email, user.id)));
            existing.usernames.extend(user.username_canonical.clone().map(|name| (name, user.id)));
            existing.skeletons.extend(user.username_skeleton.clone().map(|skeleton| (skeleton, user.id)));
            existing.users.insert(user.id, (user, password));
        }
        existing
    }

    /// The outcome for a user who conflicts with an existing one; `None` for a user without a conflict.
    pub(super) fn outcome(&self, user: &Imported, came_before: impl Fn(Uuid) -> bool) -> Option<ImportOutcome> {
        let of_name =
            |names: &HashMap<String, Uuid>, name: &str| names.get(name).copied().filter(|id| came_before(*id));
        let id = user.keeps_id.then_some(user.row.id);
        let id = id.filter(|id| self.users.contains_key(id) && came_before(*id));
        let email = user.emails().into_iter().flatten().find_map(|email| of_name(&self.emails, email));
        let username = user.usernames().into_iter().flatten().find_map(|name| of_name(&self.usernames, name));
        let skeleton = user.row.username_skeleton.as_deref();
        let username = username.or_else(|| of_name(&self.skeletons, skeleton?));

        let (first, refusal) = [
            (id, ImportRefusal::IdTaken),
            (email, ImportRefusal::EmailTaken),
            (username, ImportRefusal::UsernameTaken),
        ]
        .into_iter()
        .find_map(|(found, refusal)| Some((found?, refusal)))?;
        let (there, password) = self.users.get(&first)?;
        Some(match password {
            _ if !user.is(there) => ImportOutcome::Refused(refusal),
            Some(password) if is_same(user, password) => ImportOutcome::AlreadyExists,
            Some(_) | None => ImportOutcome::Refused(ImportRefusal::OtherPassword),
        })
    }
}

/// The identifiers of these rows that are reserved for other users, and for whom.
pub(super) async fn reserved(
    db: &impl ConnectionTrait,
    rows: impl Iterator<Item = &entity::user::Model> + Clone,
    now: DateTime<Utc>,
) -> Result<HashMap<String, Uuid>, DbErr> {
    let names = rows.flat_map(|row| [&row.email_canonical, &row.username_canonical]).flatten().map(String::as_str);
    let reserved = entity::reservation::of_names(db, names, now).await?;
    Ok(reserved.into_iter().map(|reservation| (reservation.canonical, reservation.user_id)).collect())
}

/// Whether a stored password is the imported one. After a login it has a new hash; then the id decides, which only an
/// import can choose.
fn is_same(user: &Imported, stored: &entity::password::Model) -> bool {
    stored.hash == user.password.hash || (user.keeps_id && !stored.truncates)
}
