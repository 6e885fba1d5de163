// Forward convolution and input gradient, one body for both: what a tap reads and where the filter lies is said by the files
// in front of it.
//
// A lane reads the patches of its own PIXELS_PER_LANE pixels and a filter block of its own four columns. COLUMN_LANES
// lanes lie side by side along columns and form a team; a patch value goes round its team by `share`, so that each of them
// sums PIXELS_PER_LANE · COLUMN_LANES pixels × 4 columns, and no value is loaded twice by a team. A CPU behind Vulkan reads
// memory lane by lane, element by element, and shuffles registers for next to nothing: there this is what counts. With
// COLUMN_LANES = 1 there is nothing to share, and lanes need not be a subgroup.

const WORKGROUP_PIXELS: u32 = LANES * PIXELS_PER_LANE;
fn PHASE_WORKGROUPS() -> u32 { return (PHASE_PIXELS() + WORKGROUP_PIXELS - 1u) / WORKGROUP_PIXELS; }
const SUMS: u32 = PIXELS_PER_LANE * COLUMN_LANES;

fn CHANNEL_LOOP() -> bool { return PATCH_CHANNELS() > STEP; }

/// Zero; where a step is short, in words that hide it from the compiler. It would unroll a short loop, and pay for every
/// copy of its loads with 20 ms. A long step it leaves alone, and runs it a little faster when it sees all bounds.
fn opaque_zero(exists: bool) -> u32 {
  return select(0u, select(1u, 0u, exists), SUMS * STEP < 32u);
}

/// Sums of this lane: p-th pixel of each lane of the team × own four columns, at p · COLUMN_LANES + j for the team's lane j.
var<private> sums: array<vec4<f32>, SUMS>;
/// Where the current tap reads for this lane's own pixels.
var<private> places: array<u32, PIXELS_PER_LANE>;

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let batch = group.z;
  let phase = group.x / PHASE_WORKGROUPS();
  let first = group.x % PHASE_WORKGROUPS() * WORKGROUP_PIXELS;
  let column = (group.y * COLUMN_LANES + lane % COLUMN_LANES) * 4u;
  let team = lane - lane % COLUMN_LANES;
  let filter_base = b_batch(batch);
  let exists = first < PHASE_PIXELS();

  var pixels: array<Pixel, PIXELS_PER_LANE>;
  for (var p = 0u; p < PIXELS_PER_LANE; p++) {
    pixels[p] = pixel_of(batch, row_of(phase, first + p * LANES + lane));
  }

  let tap = first_tap(phase);
  let zero = opaque_zero(exists);
  for (var kh = tap.x; kh < FILTER_HEIGHT(); kh += TAP_STEP_Y()) {
    for (var kw = tap.y + select(0u, zero, !CHANNEL_LOOP()); kw < FILTER_WIDTH(); kw += TAP_STEP_X()) {
      for (var p = 0u; p < PIXELS_PER_LANE; p++) {
        places[p] = patch_at(pixels[p], kh, kw);
      }
      for (var channel = select(0u, zero, CHANNEL_LOOP()); channel < PATCH_CHANNELS(); channel += STEP) {
        add_step(team, channel, filter_base, kh * FILTER_WIDTH() + kw, column);
      }
    }
  }

  // The bound is SUMS, hidden too: unrolling this loop, and the epilogue in it, would cost as much to compile as all the rest.
  let count = select(0u, SUMS, exists);
  for (var i = 0u; i < count; i++) {
    let row = row_of(phase, first + i / COLUMN_LANES * LANES + team + i % COLUMN_LANES);
    if (row != NONE) {
      write4(batch, row, column, sums[i]);
    }
  }
}
