/**
 * @file The 82 numbers that the authors meta-learned, decoded from the checkpoint they released: float32 values in shortest decimals.
 *
 * Source: github.com/JWoong148/MetaPerturb, commit 91a24ca0db1432ad48416eb462a0e8b0161fa5ca,
 * checkpoints/src/tiny_imagenet_resnet20_final/perturb_750.pth (1,490 bytes, SHA-256
 * 63f47f80b32a00840b3af0b84ae778543de27c7eb9450d76261bfacad182211f): ten splits of TinyImageNet at 32 × 32, ResNet-20, 750 steps. Which of the
 * authors' runs it is, the repository does not say. It has no licence file; these are numbers, and no code of it is here.
 */
import type { SavedPhi } from './saved.ts';

export const authorsFile: SavedPhi = {
  format: 'metaperturb-phi',
  version: 1,
  source:
    'github.com/JWoong148/MetaPerturb at 91a24ca0, checkpoints/src/tiny_imagenet_resnet20_final/perturb_750.pth',
  checksum: 'crc32:3b89c08f',
  values: [
    // phi_1.w_identity
    -0.07025198, -0.0223442, -0.027978867, -0.010221922, 0.021088025, 0.0135627175, 0.018922314, 0.038403057,
    0.022557123,
    // phi_1.w_all
    0.106698506, 0.10534686, 0.09953304, 0.093410805, 0.09973728, 0.09105625, 0.095851004, 0.096219204,
    0.08708165,
    // phi_2.w_identity
    0.2599379, 0.21491183, 0.23513547, 0.15815347, 0.07746277, 0.10340066, 0.12261178, 0.02380002, 0.02816708,
    // phi_2.w_all
    0.04845456, 0.049660683, 0.049804512, 0.048740633, 0.047876976, 0.04658706, 0.048717316, 0.047578435,
    0.04618655,
    // kernel
    -0.23910317, -0.23314948, -0.23843013, -0.23558508, -0.23312096, -0.23736538, -0.23414566, -0.23674585,
    -0.23832345, -0.23535953, -0.24148491, -0.23580104, -0.23635942, -0.23733279, -0.23665278, -0.23052214,
    -0.2347089, -0.2365968, -0.23581256, -0.23619038, -0.23556717, -0.23826885, -0.23845924, -0.23796596,
    -0.23731703, -0.23806798, -0.23857777, 0.24517651, 0.24705447, 0.24688597, 0.24281864, 0.24611185,
    0.2467472, 0.24269803, 0.24543306, 0.24395858,
    // fc.weight
    0.31637913, 0.31768954, 0.3161033, -0.07516103, 0.10230631, 0.10336327, 0.10507258, -0.29927468,
    0.14393449, 0.17529532,
  ],
};
