// A workgroup owns TILE × (LANES · 4) elements of the result. One operand is the narrow one: its TILE lines concern every
// lane. The other is the wide one: each lane has four lines of its own. A line is a row of the result for operand a, a
// column for b. Two steps of k are taken per turn. Narrow lines past the edge repeat the last one and are not stored;
// lanes past the edge load nothing.
@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let batch = group.z;
  let narrow = group.y * TILE;
  let wide = (group.x * LANES + lane) * 4u;
  let has_lines = WIDE_SIZE() % (LANES * 4u) == 0u || wide < WIDE_SIZE();
  let narrow_at = narrow_start(narrow_batch(batch), narrow, lane % SHARERS);
  let wide_at = wide_start(wide_batch(batch), wide);

  var left: Narrow;
  var right: Wide;
  var sum: array<vec4<f32>, TILE>;
  for (var k = opaque_zero(group); k < K(); k += 2u) {
    narrow_fill(&left, narrow_at, k, lane % SHARERS);
    if (has_lines) {
      wide_fill(&right, wide_at, k);
    }
    for (var step = 0u; step < 2u; step++) {
      let value = wide_value(right, step);
      for (var line = 0u; line < TILE; line++) {
        sum[line] = fma(vec4<f32>(narrow_value(left, line, step)), value, sum[line]);
      }
    }
    narrow_next(&left);
    wide_next(&right);
  }

  // One line a turn, the rest moving up: a loop that compilers do not unroll, so that the epilogue is compiled once.
  let end = min(narrow + TILE, NARROW_SIZE());
  for (var line = narrow; line < end; line++) {
    store_lines(batch, line, wide, sum[0]);
    for (var next = 1u; next < TILE; next++) {
      sum[next - 1u] = sum[next];
    }
  }
}

// The second step of the last turn is past the end where K is odd: then the last k is loaded, and taken as zero.
fn step_k(k: u32, step: u32) -> u32 {
  if (K() % 2u == 0u) {
    return k + step;
  }
  return min(k + step, K() - 1u);
}

// Where ROLLED is 1, a zero that hides a loop's number of turns (see opaque_zero): its loads are compiled once.
fn rolled_zero(k: u32) -> u32 {
  return k / (K() + 1u) * ROLLED();
}

fn past_end(k: u32, step: u32) -> bool {
  return K() % 2u != 0u && k + step >= K();
}
