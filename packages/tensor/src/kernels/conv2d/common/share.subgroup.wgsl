// A workgroup is one subgroup, and `lane` a number in it: a lane sees another's value without memory.

fn share(value: Patch, lane: u32) -> Patch {
  return subgroupShuffle(value, lane);
}
