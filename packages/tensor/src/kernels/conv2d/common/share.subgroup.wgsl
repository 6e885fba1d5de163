// A workgroup is one subgroup: a lane sees another's value without memory.

fn share(value: Patch, lane: u32) -> Patch {
  return subgroupShuffle(value, lane);
}
