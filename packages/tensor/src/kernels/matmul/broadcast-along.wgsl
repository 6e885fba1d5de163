// The broadcast operand in vectors along k: in every second turn a lane loads four k of one line in SHARERS.
const BROADCAST_LOADS: u32 = (TILE + SHARERS - 1u) / SHARERS;
alias BroadcastLines = array<vec4<f32>, BROADCAST_LOADS>;
alias BroadcastStart = array<u32, BROADCAST_LOADS>;

fn broadcast_start(base: u32, first: u32, lane: u32) -> BroadcastStart {
  var at: BroadcastStart;
  for (var i = 0u; i < BROADCAST_LOADS; i++) {
    at[i] = base + min(first + i * SHARERS + lane, BROADCAST_SIZE() - 1u) * BROADCAST_STRIDE();
  }
  return at;
}

fn broadcast_fill(left: ptr<function, BroadcastLines>, at: BroadcastStart, k: u32, lane: u32) {
  if (k % 4u == 0u) {
    for (var i = 0u; i < BROADCAST_LOADS; i++) {
      if ((i + 1u) * SHARERS <= TILE || i * SHARERS + lane < TILE) {
        (*left)[i] = broadcast_load4(at[i] + k);
      }
    }
  }
}

fn broadcast_value(left: BroadcastLines, line: u32, step: u32) -> f32 {
  return share(left[line / SHARERS][step], 0u, line % SHARERS);
}

fn broadcast_next(left: ptr<function, BroadcastLines>) {
  for (var i = 0u; i < BROADCAST_LOADS; i++) {
    (*left)[i] = (*left)[i].zwzw;
  }
}
