// A workgroup owns TILE × (LANES · 4) elements of the result. Each element of the broadcast operand's TILE lines is
// broadcast to every lane; of the vector operand each lane has four lines of its own. A line is a row of the result for operand a,
// a column for b. Two steps of k are taken per turn. Broadcast lines past the edge repeat the last one and are not stored; lanes past
// the edge load nothing.
@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let batch = group.z;
  let broadcast = group.y * TILE;
  let vector = (group.x * LANES + lane) * 4u;
  let has_lines = VECTOR_SIZE() % (LANES * 4u) == 0u || vector < VECTOR_SIZE();
  let broadcast_at = broadcast_start(broadcast_batch(batch), broadcast, lane % SHARERS);
  let vector_at = vector_start(vector_batch(batch), vector);

  var left: BroadcastLines;
  var right: VectorLines;
  var sum: array<vec4<f32>, TILE>;
  for (var k = opaque_zero(group); k < K(); k += 2u) {
    broadcast_fill(&left, broadcast_at, k, lane % SHARERS);
    if (has_lines) {
      vector_fill(&right, vector_at, k);
    }
    for (var step = 0u; step < 2u; step++) {
      let value = vector_value(right, step);
      for (var line = 0u; line < TILE; line++) {
        sum[line] = fma(vec4<f32>(broadcast_value(left, line, step)), value, sum[line]);
      }
    }
    broadcast_next(&left);
    vector_next(&right);
  }

  // One line a turn, the rest moving up: a loop that compilers do not unroll, so that the epilogue is compiled once.
  let end = min(broadcast + TILE, BROADCAST_SIZE());
  for (var line = broadcast; line < end; line++) {
    store_lines(batch, line, vector, sum[0]);
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
