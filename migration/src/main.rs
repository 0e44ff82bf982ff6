//! SeaORM's own migration command line: `cargo run -p latchkey-migration -- status`.

#[tokio::main]
async fn main() {
    sea_orm_migration::cli::run_cli(latchkey_migration::Migrator).await;
}
