// The broadcast operand element by element, for strides and offsets that no vector fits.
const BROADCAST_LOADS: u32 = (TILE * 2u + SHARERS - 1u) / SHARERS;
alias BroadcastLines = array<f32, BROADCAST_LOADS>;
alias BroadcastStart = array<u32, BROADCAST_LOADS>;

fn broadcast_start(base: u32, first: u32, lane: u32) -> BroadcastStart {
  var at: BroadcastStart;
  for (var i = 0u; i < BROADCAST_LOADS; i++) {
    let line = (i * SHARERS + lane) % TILE;
    at[i] = base + min(first + line, BROADCAST_SIZE() - 1u) * BROADCAST_STRIDE();
  }
  return at;
}

fn broadcast_fill(left: ptr<function, BroadcastLines>, at: BroadcastStart, k: u32, lane: u32) {
  for (var i = 0u; i < BROADCAST_LOADS; i++) {
    let slot = i * SHARERS + lane;
    let step = min(slot / TILE, 1u);
    if ((i + 1u) * SHARERS <= TILE * 2u || slot < TILE * 2u) {
      let value = broadcast_load(at[i] + step_k(k, step) * BROADCAST_K_STRIDE());
      (*left)[i] = select(value, 0.0, past_end(k, step));
    }
  }
}

fn broadcast_value(left: BroadcastLines, line: u32, step: u32) -> f32 {
  let slot = step * TILE + line;
  return share(left[slot / SHARERS], 0u, slot % SHARERS);
}

fn broadcast_next(left: ptr<function, BroadcastLines>) {}
