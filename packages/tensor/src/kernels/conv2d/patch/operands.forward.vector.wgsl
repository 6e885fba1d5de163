// Operands of the forward convolution in steps of four channels: both channel counts are multiples of 4 and both operands
// aligned.

alias Patch = vec4<f32>;
alias FilterBlock = mat4x4<f32>;

fn read_patch(index: u32) -> Patch {
  return load4_a(index);
}

/// STEP rows of the filter at one tap, four columns each.
fn read_filter(base: u32, tap: u32, channel: u32, column: u32) -> FilterBlock {
  let at = base + (tap * IN_CHANNELS() + channel) * OUT_CHANNELS() + min(column, OUT_CHANNELS() - 4u);
  return FilterBlock(
    load4_b(at),
    load4_b(at + OUT_CHANNELS()),
    load4_b(at + 2u * OUT_CHANNELS()),
    load4_b(at + 3u * OUT_CHANNELS()),
  );
}

fn product(block: FilterBlock, own: Patch) -> vec4<f32> {
  return block * own;
}
