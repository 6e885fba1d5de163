// Zero, in a way that no compiler sees: a loop that starts here has no known number of turns and is not unrolled. Mesa would
// copy a short sum up to 33 times, which costs up to 500 ms to compile and runs slower.
fn opaque_zero(group: vec3<u32>) -> u32 {
  return group.z / (BATCH() + 1u);
}
