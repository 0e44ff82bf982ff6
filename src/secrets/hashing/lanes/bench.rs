//! Compares hashes a second by number of lanes with the bcrypt crate: `cargo bench -p latchkey-hash-lanes`.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use latchkey_hash_lanes::{Lane, MAX_LANES, advance};

/// The server's default is 12. The ratios are the same with 10, and the benchmark takes a quarter of the time.
const COST: u32 = 10;

fn lanes(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("bcrypt");
    group.sample_size(10);

    group.throughput(Throughput::Elements(1));
    group.bench_function("crate", |bencher| {
        bencher.iter(|| bcrypt::bcrypt(COST, black_box([7; 16]), b"correct horse battery\0"));
    });
    for lanes in 1..=MAX_LANES {
        group.throughput(Throughput::Elements(lanes as u64));
        group.bench_function(BenchmarkId::new("lanes", lanes), |bencher| bencher.iter(|| together(lanes)));
    }
    group.finish();
}

fn together(lanes: usize) {
    let mut lanes: Vec<Lane> =
        (0..lanes).map(|_| Lane::new(b"correct horse battery", black_box(&[7; 16]), COST)).collect();
    advance(&mut lanes, 1 << COST);
    for lane in lanes {
        black_box(lane.finish());
    }
}

criterion_group!(benches, lanes);
criterion_main!(benches);
