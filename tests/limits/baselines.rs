//! Baseline servers, which do nothing but the measured work.

use axum::{Json, Router, body::Bytes, extract::State, response::IntoResponse, routing::post, serve::ListenerExt};
use sea_orm::{ConnectOptions, Database, DatabaseConnection, EntityTrait};
use serde_json::json;
use tokio::net::TcpListener;

use super::{Outcome, lookups};

/// The entity of a user, with only the selected columns.
mod user {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "users")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub email: Option<String>,
        pub username: Option<String>,
        pub display_name: Option<String>,
        pub created_at: DateTimeUtc,
        pub updated_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

#[derive(Default)]
struct Query;

#[async_graphql::Object]
impl Query {
    async fn nothing(&self) -> bool {
        true
    }
}

type Schema = async_graphql::Schema<Query, async_graphql::EmptyMutation, async_graphql::EmptySubscription>;

/// Serves the named baseline until the process is killed.
pub fn serve(arguments: &[String]) -> Outcome<()> {
    let [which, database] = arguments else {
        return Err("the name of a baseline and a database URL are required".into());
    };
    tokio::runtime::Runtime::new()?.block_on(async {
        let router = match &**which {
            "echo" => Router::new().route("/graphql", post(|body: Bytes| async { body })),
            "graphql" => Router::new().route("/graphql", post(graphql)).with_state(Schema::default()),
            "query" => Router::new().route("/graphql", post(query)).with_state(open(database).await?),
            other => return Err(format!("there is no {other}").into()),
        };
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        eprintln!("ready url=http://{}", listener.local_addr()?);
        let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
        Ok(axum::serve(listener, router).await?)
    })
}

/// The same number of connections as Latchkey has, and like Latchkey without a test before each use.
async fn open(database: &str) -> Outcome<DatabaseConnection> {
    let mut options = ConnectOptions::new(database);
    options.max_connections(10).sqlx_logging(false).test_before_acquire(false);
    Ok(Database::connect(options).await?)
}

async fn graphql(State(schema): State<Schema>, Json(request): Json<async_graphql::Request>) -> impl IntoResponse {
    Json(schema.execute(request).await)
}

async fn query(State(database): State<DatabaseConnection>) -> impl IntoResponse {
    let user = user::Entity::find_by_id(lookups::id(1)).one(&database).await.ok().flatten();
    Json(user.map(|user| {
        json!({
            "id": user.id, "email": user.email, "username": user.username, "displayName": user.display_name,
            "createdAt": user.created_at, "updatedAt": user.updated_at,
        })
    }))
}
