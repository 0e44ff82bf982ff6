//! Reading and changing rows of a test's database without the server.

use std::time::Duration;

use sea_orm::{ConnectionTrait, Statement};

use super::TestApp;
use crate::support::database::Kind;

impl TestApp {
    /// Executes a statement and returns the number of rows that it changed.
    pub async fn sql(&self, sql: &str) -> u64 {
        self.db.execute_unprepared(sql).await.expect("the statement is valid").rows_affected()
    }

    /// Copies the oldest session of a user this many times, with new ids and with `ended_at`, an SQL expression.
    pub async fn copy_session(&self, email: &str, times: u32, ended_at: &str) {
        let id = if self.kind == Kind::Sqlite { "randomblob(16)" } else { "gen_random_uuid()" };
        let copies = format!(
            "WITH RECURSIVE copy(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copy WHERE n < {times})
            INSERT INTO sessions (id, user_id, created_at, last_used_at, expires_at, ended_at)
            SELECT {id}, user_id, created_at, expires_at, expires_at, {ended_at} FROM (
                SELECT * FROM sessions WHERE user_id = (SELECT id FROM users WHERE email = '{email}')
                ORDER BY created_at LIMIT 1
            ) AS oldest, copy"
        );
        assert_eq!(self.sql(&copies).await, u64::from(times));
    }

    /// Waits until the condition holds for this many rows: background work takes some time.
    pub async fn wait_until(&self, rows: &str, count: i64) {
        let counted = async {
            while self.count(rows).await != count {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let in_time = tokio::time::timeout(Duration::from_secs(30), counted).await;
        assert!(in_time.is_ok(), "there never were {count} {rows}");
    }

    /// The number of rows for which a condition holds, such as `sessions WHERE ended_at IS NULL`.
    pub async fn count(&self, rows: &str) -> i64 {
        let sql = format!("SELECT COUNT(*) AS n FROM {rows}");
        let row = self.db.query_one_raw(Statement::from_string(self.db.get_database_backend(), sql)).await;
        row.expect("the statement is valid").expect("a row").try_get("", "n").expect("a number")
    }
}
