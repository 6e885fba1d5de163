// A workgroup is one subgroup, and owns TILE × (LANES · 4) elements of the result. One operand is the narrow one: its TILE
// lines are loaded once for the whole subgroup, every lane a different part, and broadcast value by value. The other is
// the wide one: each lane loads four lines of its own. A line is a row of the result for one of them, a column for the
// other; four steps of k are taken per turn. Lines past the edge repeat the last one and are not stored.
@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(subgroup_invocation_id) lane: u32) {
  let batch = group.z;
  let narrow = group.y * TILE;
  let wide = (group.x * LANES + lane) * 4u;
  let narrow_at = narrow_start(narrow_batch(batch), narrow, lane);
  let wide_at = wide_start(wide_batch(batch), wide);

  var sum: array<vec4<f32>, TILE>;
  for (var k = 0u; k < K; k += 4u) {
    let left = narrow_block(narrow_at, k, lane);
    let right = wide_block(wide_at, k);
    for (var step = 0u; step < 4u; step++) {
      for (var line = 0u; line < TILE; line++) {
        sum[line] = fma(vec4<f32>(narrow_value(left, line, step)), right[step], sum[line]);
      }
    }
  }

  // One line a turn, the rest moving up: a loop that compilers do not unroll, so that the epilogue is compiled once.
  let end = min(narrow + TILE, NARROW_SIZE);
  for (var line = narrow; line < end; line++) {
    put(batch, line, wide, sum[0]);
    for (var next = 1u; next < TILE; next++) {
      sum[next - 1u] = sum[next];
    }
  }
}

// The k to load for one of the four steps, and whether it is past the end: then the last k is loaded and taken as zero.
fn step_k(k: u32, step: u32) -> u32 {
  return select(min(k + step, K - 1u), k + step, K % 4u == 0u);
}

fn past_end(k: u32, step: u32) -> bool {
  return K % 4u != 0u && k + step >= K;
}
