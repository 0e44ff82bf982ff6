//! A connection pooler in front of PostgreSQL: what uses the direct connection, and limits of statements.

use crate::support::{
    SECRET_KEY, TestApp, at,
    database::{Kind, TestDatabase},
    program::{Server, latchkey},
    proxy::Proxy,
    subscriber::Subscriber,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_migrations_and_listening_use_the_direct_connection() {
    let database = TestDatabase::create(Kind::Postgresql).await;
    let (past, direct) = Proxy::in_front_of(&database).await;
    let app = TestApp::start_with(Kind::Postgresql, database, |config| {
        config.database.direct_url = Some(direct.parse().unwrap());
    });
    let app = app.await;
    let migrated = past.statements();
    assert!(migrated > 0);

    let ada = app.registered("ada@example.com").await;
    assert_eq!(at(&ada.profile().await, "data.profile.email"), "ada@example.com");
    assert_eq!(past.statements(), migrated);

    let token = ada.token.as_deref().unwrap();
    let mut watching = Subscriber::to_session_ended(&app.url("/graphql"), token).await;
    assert!(past.statements() > migrated);
    // The session ends on another instance, so the notification comes through PostgreSQL.
    let other = crate::support::client::Client::new(app.second_instance().await, ada.token.clone());
    other.logout().await;
    assert_eq!(watching.ended_session().await["current"], true);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_missing_statement_timeout_is_warned_about_until_the_role_has_one() {
    const WARNING: &str = "PostgreSQL has no time limits";
    let database = TestDatabase::create(Kind::Postgresql).await;
    let start = |direct: bool| {
        let mut command = latchkey(database.folder.path(), &["--database-url", &database.url]);
        command.env("SECRET_KEY", SECRET_KEY);
        if direct {
            command.env("DATABASE_DIRECT_URL", &database.url);
        }
        let server = Server::start(command);
        // The server checks the limits in the background, within half a second.
        std::thread::sleep(std::time::Duration::from_millis(500));
        let beginning = server.startup_log.clone();
        beginning + &server.stop()
    };

    assert!(!start(false).contains(WARNING), "each connection sets the limits");
    assert!(start(true).contains(WARNING), "there are no limits");
    let rows = database.connect().await;
    let name = database.url.rsplit_once('/').unwrap().1;
    for (setting, value) in
        [("statement_timeout", "3s"), ("lock_timeout", "2s"), ("idle_in_transaction_session_timeout", "10s")]
    {
        let sql = format!("ALTER ROLE CURRENT_USER IN DATABASE {name} SET {setting} = '{value}'");
        sea_orm::ConnectionTrait::execute_unprepared(&rows, &sql).await.unwrap();
    }
    assert!(!start(true).contains(WARNING), "the role has limits");
    database.drop().await;
}
