// A lane reads one channel of one tap: any input channels, any alignment.

alias Patch = f32;
const LANE_ROWS: u32 = 1u;

fn read_patch(index: u32) -> Patch {
  return load_a(index);
}

fn add_outer(at: u32, row: Patch, columns: vec4<f32>) {
  sums[at] += row * columns;
}
