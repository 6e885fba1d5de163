// The broadcast operand in vectors across lines: a lane loads four lines at one k. TILE is a multiple of 4.
const BROADCAST_QUADS: u32 = TILE / 4u;
const BROADCAST_LOADS: u32 = (BROADCAST_QUADS * 2u + SHARERS - 1u) / SHARERS;
alias BroadcastLines = array<vec4<f32>, BROADCAST_LOADS>;
alias BroadcastStart = array<u32, BROADCAST_LOADS>;

fn broadcast_start(base: u32, first: u32, lane: u32) -> BroadcastStart {
  var at: BroadcastStart;
  for (var i = 0u; i < BROADCAST_LOADS; i++) {
    let quad = (i * SHARERS + lane) % BROADCAST_QUADS;
    at[i] = base + min(first + quad * 4u, BROADCAST_SIZE() - 4u);
  }
  return at;
}

fn broadcast_fill(left: ptr<function, BroadcastLines>, at: BroadcastStart, k: u32, lane: u32) {
  for (var i = 0u; i < BROADCAST_LOADS; i++) {
    let slot = i * SHARERS + lane;
    let step = min(slot / BROADCAST_QUADS, 1u);
    if ((i + 1u) * SHARERS <= BROADCAST_QUADS * 2u || slot < BROADCAST_QUADS * 2u) {
      let value = broadcast_load4(at[i] + step_k(k, step) * BROADCAST_K_STRIDE());
      (*left)[i] = select(value, vec4<f32>(), past_end(k, step));
    }
  }
}

fn broadcast_value(left: BroadcastLines, line: u32, step: u32) -> f32 {
  let slot = step * BROADCAST_QUADS + line / 4u;
  return share(left[slot / SHARERS][line % 4u], 0u, slot % SHARERS);
}

fn broadcast_next(left: ptr<function, BroadcastLines>) {}
