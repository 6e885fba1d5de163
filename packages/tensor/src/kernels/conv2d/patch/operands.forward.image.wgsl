// Operands of a forward convolution whose input channels are no multiple of 4 (grey or colour images) or not aligned:
// one channel a step; output channels are a multiple of 4 and the filter is aligned.

alias Patch = f32;
alias FilterBlock = vec4<f32>;

fn read_patch(index: u32) -> Patch {
  return load_a(index);
}

/// STEP rows of the filter at one tap, four columns each.
fn read_filter(base: u32, tap: u32, channel: u32, column: u32) -> FilterBlock {
  return load4_b(base + (tap * IN_CHANNELS() + channel) * OUT_CHANNELS() + min(column, OUT_CHANNELS() - 4u));
}

fn product(block: FilterBlock, own: Patch) -> vec4<f32> {
  return block * own;
}
