//! SeaORM's own migration command line, for those who know it: `cargo run -p latchkey-migration -- status`.

#[tokio::main]
async fn main() {
    sea_orm_migration::cli::run_cli(latchkey_migration::Migrator).await;
}
