// A lane reads four neighbouring channels of one tap: input channels are a multiple of 4 and x is aligned.

alias Patch = vec4<f32>;
const LANE_ROWS: u32 = 4u;

fn read_patch(index: u32) -> Patch {
  return load4_a(index);
}

fn add_outer(at: u32, rows: Patch, columns: vec4<f32>) {
  sums[at] += rows.x * columns;
  sums[at + 1u] += rows.y * columns;
  sums[at + 2u] += rows.z * columns;
  sums[at + 3u] += rows.w * columns;
}
