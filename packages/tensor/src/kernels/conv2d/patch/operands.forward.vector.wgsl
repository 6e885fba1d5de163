// Operands of the forward convolution in steps of four channels: both channel counts are multiples of 4 and both operands
// aligned.

alias Patch = vec4<f32>;
alias FilterBlock = mat4x4<f32>;
const STEP: u32 = 4u;

fn read_patch(index: u32) -> Patch {
  return load4_a(index);
}

/// STEP rows of the filter at one tap, four columns each.
fn read_filter(base: u32, tap: u32, channel: u32, column: u32) -> FilterBlock {
  let at = base + (tap * IN_CHANNELS + channel) * OUT_CHANNELS + min(column, OUT_CHANNELS - 4u);
  return FilterBlock(
    load4_b(at),
    load4_b(at + OUT_CHANNELS),
    load4_b(at + 2u * OUT_CHANNELS),
    load4_b(at + 3u * OUT_CHANNELS),
  );
}

/// Channel by channel, in the order in which steps of one channel would add them.
fn add_product(sum: vec4<f32>, block: FilterBlock, own: Patch) -> vec4<f32> {
  return (((sum + block[0] * own.x) + block[1] * own.y) + block[2] * own.z) + block[3] * own.w;
}
