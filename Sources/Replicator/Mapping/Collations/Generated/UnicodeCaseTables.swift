// Written by scripts/generate-unicode-weights from MySQL 9.7.4. Do not edit.

/// The other case of each character in MySQL's collations of Unicode 9.
enum UnicodeCaseTables {
    /// What UPPER adds to a character, as runs: START[xCOUNT[/STEP]]+DELTA.
    static let upper = """
        61x1a-20 b5+2e7 e0x17-20 f8x7-20 ff+79 101x18/2-1 131-e8 133x3/2-1 13ax8/2-1 14bx17/2-1 17ax3/2-1
        17f-12c 180+c3 183x2/2-1 188-1 18c-1 192-1 195+61 199-1 19a+a3 19e+82 1a1x3/2-1 1a8-1 1ad-1 1b0-1
        1b4x2/2-1 1b9-1 1bd-1 1bf+38 1c5-1 1c6-2 1c8-1 1c9-2 1cb-1 1cc-2 1cex8/2-1 1dd-4f 1dfx9/2-1 1f2-1 1f3-2
        1f5-1 1f9x14/2-1 223x9/2-1 23c-1 23fx2+2a3f 242-1 247x5/2-1 250+2a1f 251+2a1c 252+2a1e 253-d2 254-ce
        256x2-cd 259-ca 25b-cb 25c+a54f 260-cd 261+a54b 263-cf 265+a528 266+a544 268-d1 269-d3 26a+a544 26b+29f7
        26c+a541 26f-d3 271+29fd 272-d5 275-d6 27d+29e7 280-da 283-da 287+a52a 288-da 289-45 28ax2-d9 28c-47
        292-db 29d+a515 29e+a512 345+54 371x2/2-1 377-1 37bx3+82 3ac-26 3adx3-25 3b1x11-20 3c2-1f 3c3x9-20
        3cc-40 3cdx2-3f 3d0-3e 3d1-39 3d5-2f 3d6-36 3d7-8 3d9xc/2-1 3f0-56 3f1-50 3f2+7 3f3-74 3f5-60 3f8-1
        3fb-1 430x20-20 450x10-50 461x11/2-1 48bx1b/2-1 4c2x7/2-1 4cf-f 4d1x30/2-1 561x26-30 13f8x6-8 1c80-186e
        1c81-186d 1c82-1864 1c83x2-1862 1c85-1863 1c86-185c 1c87-1825 1c88+89c2 1d79+8a04 1d7d+ee6 1e01x4b/2-1
        1e9b-3b 1ea1x30/2-1 1f00x8+8 1f10x6+8 1f20x8+8 1f30x8+8 1f40x6+8 1f51x4/2+8 1f60x8+8 1f70x2+4a 1f72x4+56
        1f76x2+64 1f78x2+80 1f7ax2+70 1f7cx2+7e 1f80x8+8 1f90x8+8 1fa0x8+8 1fb0x2+8 1fb3+9 1fbe-1c25 1fc3+9
        1fd0x2+8 1fe0x2+8 1fe5+7 1ff3+9 214e-1c 2170x10-10 2184-1 24d0x1a-1a 2c30x2f-30 2c61-1 2c65-2a2b
        2c66-2a28 2c68x3/2-1 2c73-1 2c76-1 2c81x32/2-1 2cecx2/2-1 2cf3-1 2d00x26-1c60 2d27-1c60 2d2d-1c60
        a641x17/2-1 a681xe/2-1 a723x7/2-1 a733x1f/2-1 a77ax2/2-1 a77fx5/2-1 a78c-1 a791x2/2-1 a797xa/2-1
        a7b5x2/2-1 ab53-3a0 ab70x50-97d0 ff41x1a-20 10428x28-28 104d8x24-28 10cc0x33-40 118c0x20-20 1e922x22-22
        """

    /// What LOWER adds to a character, as runs: START[xCOUNT[/STEP]]+DELTA.
    static let lower = """
        41x1a+20 c0x17+20 d8x7+20 100x18/2+1 130-c7 132x3/2+1 139x8/2+1 14ax17/2+1 178-79 179x3/2+1 181+d2
        182x2/2+1 186+ce 187+1 189x2+cd 18b+1 18e+4f 18f+ca 190+cb 191+1 193+cd 194+cf 196+d3 197+d1 198+1
        19c+d3 19d+d5 19f+d6 1a0x3/2+1 1a6+da 1a7+1 1a9+da 1ac+1 1ae+da 1af+1 1b1x2+d9 1b3x2/2+1 1b7+db 1b8+1
        1bc+1 1c4+2 1c5+1 1c7+2 1c8+1 1ca+2 1cbx9/2+1 1dex9/2+1 1f1+2 1f2x2/2+1 1f6-61 1f7-38 1f8x14/2+1 220-82
        222x9/2+1 23a+2a2b 23b+1 23d-a3 23e+2a28 241+1 243-c3 244+45 245+47 246x5/2+1 370x2/2+1 376+1 37f+74
        386+26 388x3+25 38c+40 38ex2+3f 391x11+20 3a3x9+20 3cf+8 3d8xc/2+1 3f4-3c 3f7+1 3f9-7 3fa+1 3fdx3-82
        400x10+50 410x20+20 460x11/2+1 48ax1b/2+1 4c0+f 4c1x7/2+1 4d0x30/2+1 531x26+30 10a0x26+1c60 10c7+1c60
        10cd+1c60 13a0x50+97d0 13f0x6+8 1e00x4b/2+1 1e9e-1dbf 1ea0x30/2+1 1f08x8-8 1f18x6-8 1f28x8-8 1f38x8-8
        1f48x6-8 1f59x4/2-8 1f68x8-8 1f88x8-8 1f98x8-8 1fa8x8-8 1fb8x2-8 1fbax2-4a 1fbc-9 1fc8x4-56 1fcc-9
        1fd8x2-8 1fdax2-64 1fe8x2-8 1feax2-70 1fec-7 1ff8x2-80 1ffax2-7e 1ffc-9 2126-1d5d 212a-20bf 212b-2046
        2132+1c 2160x10+10 2183+1 24b6x1a+1a 2c00x2f+30 2c60+1 2c62-29f7 2c63-ee6 2c64-29e7 2c67x3/2+1 2c6d-2a1c
        2c6e-29fd 2c6f-2a1f 2c70-2a1e 2c72+1 2c75+1 2c7ex2-2a3f 2c80x32/2+1 2cebx2/2+1 2cf2+1 a640x17/2+1
        a680xe/2+1 a722x7/2+1 a732x1f/2+1 a779x2/2+1 a77d-8a04 a77ex5/2+1 a78b+1 a78d-a528 a790x2/2+1 a796xa/2+1
        a7aa-a544 a7ab-a54f a7ac-a54b a7ad-a541 a7ae-a544 a7b0-a512 a7b1-a52a a7b2-a515 a7b3+3a0 a7b4x2/2+1
        ff21x1a+20 10400x28+28 104b0x24+28 10c80x33+40 118a0x20+20 1e900x22+22
        """
}
