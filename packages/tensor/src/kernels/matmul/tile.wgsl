// A workgroup owns TILE × (QUADS · LANES · 4) elements of the result. Each element of the broadcast operand's TILE lines is
// broadcast to every lane; of the vector operand each lane has QUADS times four lines of its own. A line is a row of the result for operand a,
// a column for b. Two steps of k are taken per turn. Broadcast lines past the edge repeat the last one and are not stored; lanes past
// the edge load nothing.
@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let batch = group.z;
  let broadcast = group.y * TILE;
  let vector = (group.x * QUADS * LANES + lane) * 4u;
  let has_lines = QUADS > 1u || VECTOR_SIZE() % (QUADS * LANES * 4u) == 0u || vector < VECTOR_SIZE();
  let broadcast_at = broadcast_start(broadcast_batch(batch), broadcast, lane % SHARERS);
  let vector_at = vector_start(vector_batch(batch), vector);

  var left: BroadcastLines;
  var right: VectorLines;
  var sum: array<vec4<f32>, TILE * QUADS>;
  for (var k = opaque_zero(group); k < K(); k += 2u) {
    broadcast_fill(&left, broadcast_at, k, lane % SHARERS);
    if (has_lines) {
      vector_fill(&right, vector_at, k);
    }
    //: multiply
    broadcast_next(&left);
    vector_next(&right);
  }

  // One line a turn, the rest moving up: a loop that compilers do not unroll, so that the epilogue is compiled once.
  let end = min(broadcast + TILE, BROADCAST_SIZE());
  for (var line = broadcast; line < end; line++) {
    for (var quad = 0u; quad < QUADS; quad++) {
      store_lines(batch, line, vector + quad * LANES * 4u, sum[quad]);
    }
    //: next line
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
