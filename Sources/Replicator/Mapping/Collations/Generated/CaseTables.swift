// Written by scripts/generate-collations from MariaDB 10.11.19. Do not edit.

/// Where a character differs from its other case, as runs: START[xCOUNT[/STEP]]+DELTA.
enum CaseTables {
    /// What UPPER makes of UTF-8 text in most collations.
    static let upper = """
        61x1a-20 b5+2e7 e0x17-20 f8x7-20 ff+79 101x18/2-1 131-e8 133x3/2-1 13ax8/2-1 14bx17/2-1 17ax3/2-1 17f-12c
        183x2/2-1 188-1 18c-1 192-1 195+61 199-1 1a1x3/2-1 1a8-1 1ad-1 1b0-1 1b4x2/2-1 1b9-1 1bd-1 1bf+38 1c5-1 1c6-2
        1c8-1 1c9-2 1cb-1 1cc-2 1cex8/2-1 1dd-4f 1dfx9/2-1 1f2-1 1f3-2 1f5-1 1f9x14/2-1 223x9/2-1 253-d2 254-ce
        256x2-cd 259-ca 25b-cb 260-cd 263-cf 268-d1 269-d3 26f-d3 272-d5 275-d6 280-da 283-da 288-da 28ax2-d9 292-db
        345+54 3ac-26 3adx3-25 3b1x11-20 3c2-1f 3c3x9-20 3cc-40 3cdx2-3f 3d0-3e 3d1-39 3d5-2f 3d6-36 3dbxb/2-1 3f0-56
        3f1-50 3f2-4f 430x20-20 450x10-50 461x11/2-1 48dx1a/2-1 4c2x2/2-1 4c8-1 4cc-1 4d1x13/2-1 4f9-1 561x26-30
        1e01x4b/2-1 1e9b-3b 1ea1x2d/2-1 1f00x8+8 1f10x6+8 1f20x8+8 1f30x8+8 1f40x6+8 1f51x4/2+8 1f60x8+8 1f70x2+4a
        1f72x4+56 1f76x2+64 1f78x2+80 1f7ax2+70 1f7cx2+7e 1f80x8+8 1f90x8+8 1fa0x8+8 1fb0x2+8 1fb3+9 1fbe-1c25 1fc3+9
        1fd0x2+8 1fe0x2+8 1fe5+7 1ff3+9 2170x10-10 24d0x1a-1a ff41x1a-20
        """

    /// Where utf8mb4_unicode_520_ci differs from utf8mb4_bin.
    static let upper520 = """
        180+c3 19a+a3 19e+82 23c-1 23fx2+2a3f 242-1 247x5/2-1 250+2a1f 251+2a1c 252+2a1e 26b+29f7 271+29fd 27d+29e7
        289-45 28c-47 371x2/2-1 377-1 37bx3+82 3d7-8 3d9-1 3f2+7 3f5-60 3f8-1 3fb-1 48b-1 4c6-1 4ca-1 4ce-1 4cf-f
        4f7-1 4fbx16/2-1 1d79+8a04 1d7d+ee6 1efbx3/2-1 214e-1c 2184-1 2c30x2f-30 2c61-1 2c65-2a2b 2c66-2a28
        2c68x3/2-1 2c73-1 2c76-1 2c81x32/2-1 2cecx2/2-1 2d00x26-1c60 a641x10/2-1 a663x6/2-1 a681xc/2-1 a723x7/2-1
        a733x1f/2-1 a77ax2/2-1 a77fx5/2-1 a78c-1 10428x28-28
        """

    /// Where utf8mb4_uca1400_ai_ci differs from utf8mb4_unicode_520_ci.
    static let upper1400 = """
        25c+a54f 261+a54b 265+a528 266+a544 26a+a544 26c+a541 282+a543 287+a52a 29d+a515 29e+a512 3f3-74 527x5/2-1
        10d0x2b+bc0 10fdx3+bc0 13f8x6-8 1c80-186e 1c81-186d 1c82-1864 1c83x2-1862 1c85-1863 1c86-185c 1c87-1825
        1c88+89c2 1d8e+8a38 2c5f-30 2cf3-1 2d27-1c60 2d2d-1c60 a661-1 a699x2/2-1 a791x2/2-1 a794+30 a797xa/2-1
        a7b5x8/2-1 a7c8x2/2-1 a7d1-1 a7d7x2/2-1 a7f6-1 ab53-3a0 ab70x50-97d0 104d8x24-28 10597xb-27 105a3xf-27
        105b3x7-27 105bbx2-27 10cc0x33-40 118c0x20-20 16e60x20-20 1e922x22-22
        """

    /// What LOWER makes of UTF-8 text in most collations.
    static let lower = """
        41x1a+20 c0x17+20 d8x7+20 100x18/2+1 130-c7 132x3/2+1 139x8/2+1 14ax17/2+1 178-79 179x3/2+1 181+d2 182x2/2+1
        186+ce 187+1 189x2+cd 18b+1 18e+4f 18f+ca 190+cb 191+1 193+cd 194+cf 196+d3 197+d1 198+1 19c+d3 19d+d5 19f+d6
        1a0x3/2+1 1a6+da 1a7+1 1a9+da 1ac+1 1ae+da 1af+1 1b1x2+d9 1b3x2/2+1 1b7+db 1b8+1 1bc+1 1c4+2 1c5+1 1c7+2
        1c8+1 1ca+2 1cbx9/2+1 1dex9/2+1 1f1+2 1f2x2/2+1 1f6-61 1f7-38 1f8x14/2+1 222x9/2+1 386+26 388x3+25 38c+40
        38ex2+3f 391x11+20 3a3x9+20 3daxb/2+1 400x10+50 410x20+20 460x11/2+1 48cx1a/2+1 4c1x2/2+1 4c7+1 4cb+1
        4d0x13/2+1 4f8+1 531x26+30 1e00x4b/2+1 1ea0x2d/2+1 1f08x8-8 1f18x6-8 1f28x8-8 1f38x8-8 1f48x6-8 1f59x4/2-8
        1f68x8-8 1f88x8-8 1f98x8-8 1fa8x8-8 1fb8x2-8 1fbax2-4a 1fbc-9 1fc8x4-56 1fcc-9 1fd8x2-8 1fdax2-64 1fe8x2-8
        1feax2-70 1fec-7 1ff8x2-80 1ffax2-7e 1ffc-9 2126-1d5d 212a-20bf 212b-2046 2160x10+10 24b6x1a+1a ff21x1a+20
        """

    /// Where utf8mb4_unicode_520_ci differs from utf8mb4_bin.
    static let lower520 = """
        220-82 23a+2a2b 23b+1 23d-a3 23e+2a28 241+1 243-c3 244+45 245+47 246x5/2+1 370x2/2+1 376+1 3cf+8 3d8+1 3f4-3c
        3f7+1 3f9-7 3fa+1 3fdx3-82 48a+1 4c0+f 4c5+1 4c9+1 4cd+1 4f6+1 4fax16/2+1 10a0x26+1c60 1e9e-1dbf 1efax3/2+1
        2132+1c 2183+1 2c00x2f+30 2c60+1 2c62-29f7 2c63-ee6 2c64-29e7 2c67x3/2+1 2c6d-2a1c 2c6e-29fd 2c6f-2a1f
        2c70-2a1e 2c72+1 2c75+1 2c7ex2-2a3f 2c80x32/2+1 2cebx2/2+1 a640x10/2+1 a662x6/2+1 a680xc/2+1 a722x7/2+1
        a732x1f/2+1 a779x2/2+1 a77d-8a04 a77ex5/2+1 a78b+1 10400x28+28
        """

    /// Where utf8mb4_uca1400_ai_ci differs from utf8mb4_unicode_520_ci.
    static let lower1400 = """
        37f+74 526x5/2+1 10c7+1c60 10cd+1c60 13a0x50+97d0 13f0x6+8 1c90x2b-bc0 1cbdx3-bc0 2c2f+30 2cf2+1 a660+1
        a698x2/2+1 a78d-a528 a790x2/2+1 a796xa/2+1 a7aa-a544 a7ab-a54f a7ac-a54b a7ad-a541 a7ae-a544 a7b0-a512
        a7b1-a52a a7b2-a515 a7b3+3a0 a7b4x8/2+1 a7c4-30 a7c5-a543 a7c6-8a38 a7c7x2/2+1 a7d0+1 a7d6x2/2+1 a7f5+1
        104b0x24+28 10570xb+27 1057cxf+27 1058cx7+27 10594x2+27 10c80x33+40 118a0x20+20 16e40x20+20 1e900x22+22
        """

    /// Character sets of one byte: CHARSET:CASE before the runs of each.
    static let singleByte = """
        armscii8:upper 61x1a-20 b3x26/2-1
        armscii8:lower 41x1a+20 a8+10 b2x26/2+1
        ascii:upper 61x1a-20
        ascii:lower 41x1a+20
        cp1250:upper 61x1a-20 9ax2/2-10 9dx3-10 b3-10 b9-14 ba-10 be-2 bf-10 e0x17-20 f8x7-20
        cp1250:lower 41x1a+20 8ax2/2+10 8dx3+10 a3+10 a5+14 aa+10 af+10 bc+2 c0x17+20 d8x7+20
        cp1251:upper 61x1a-20 83-2 90-10 9ax3/2-10 9f-10 a2-1 b3-1 b4-f b8x2/2-10 bc-19 be-1 bf-10 e0x20-20
        cp1251:lower 41x1a+20 80+10 81+2 8ax2/2+10 8dx3+10 a1+1 a3+19 a5+f a8x2/2+10 af+10 b2+1 bd+1 c0x20+20
        cp1256:upper 54+20 5d+2 61x13-20 75x6-20 7d+2 9c-10
        cp1256:lower 41x13+20 55x6+20 74-20 8c+10
        cp1257:upper 61x1a-20 aa+10 b8-10 bf-10 e0x17-20 f8x7-20
        cp1257:lower 41x1a+20 a8x2/2+10 af+10 c0x17+20 d8x7+20
        cp850:upper 61x1a-20 81+19 82+e 83-42 84+a 85-44 86+9 87-7 88-43 89-44 8a-45 8b-42 8c-43 8d-44 91+1 93-44
        94+5 95-46 96-41 97-42 98-3f a0-5f a1-58 a2-53 a3-4e a4+1
        cp850:lower 41x1a+20 80+7 8e-a 8f-9 90-e 92-1 99-5 9a-19 a5-1
        cp852:upper 61x1a-20 81+19 82+e 83+33 84+a 85+59 86+9 87-7 88+15 89+4a 8b-1 8c+4b 92-1 93+4f 94+5 96x2/2-1
        9c-1 9f+d a0+15 a1+35 a2+3e a3+46 a5x3/2-1 ab-1e b8-b bd+1 be-1 c7-1 d0+1 d4-2 d8-21 e4-1 e5-10 e7-1 ea-2
        ec+1 ee-11 fb-10 fd-1
        cp852:lower 41x1a+20 80+7 8a+1 8d+1e 8e-a 8f-9 90-e 91+1 95x2/2+1 99-5 9a-19 9b+1 9d-15 a4x3/2+1 ac-d ad+b
        b5-15 b6-33 b7+21 bd+1 c6+1 d1-1 d2+2 d3-4a d5+10 d6-35 d7-4b dd+11 de-59 e0-3e e2-4f e3+1 e6+1 e8+2 e9-46
        ea-2 eb+10 ed-1
        cp866:upper 61x1a-20 a0x10-20 e0x10-50 f1x4/2-1
        cp866:lower 41x1a+20 80x6+20 8ax6+20 90x10+50 a6x4-20 f0x4/2+1
        dec8:upper 61x1a-20 e0x17-20 f8x7-20
        dec8:lower 41x1a+20 c0x17+20 d8x7+20
        geostd8:upper 61x1a-20
        geostd8:lower 41x1a+20
        greek:upper 61x1a-20 c0+1a dc-1b dd-18 de-17 df-16 e0-5 e1x11-20 f2-1f f3x9-20 fc-2d fd-28 fe-25
        greek:lower 41x1a+20 b6+26 b8x3+25 bc+40 bex2+3f c1x11+20 d3x9+20
        hebrew:upper 61x1a-20
        hebrew:lower 41x1a+20
        hp8:upper 61x1a-20 b2-1 b5x2/2-1 c0-1e c1-1d c2+1d c3-15 c4+1c c5+17 c6+21 c7+26 c8-27 c9-26 ca+1e cb-1e cc+c
        cd-28 cex2+c d1-2b d4-4 d5+10 d6x2-4 d9+d dd-36 e2x2/2-1 eax2/2-1 efx2/2-1
        hp8:lower 41x1a+20 a1+27 a2+1e a3+26 a4+1d a5+28 a6+2b a7+36 ad+1e ae+15 b1+1 b4x2/2+1 d0x2/2+4 d3+4 d8x2/2-c
        db-c dc-17 df-1d e0-1c e1x2/2+1 e5-10 e6-d e7-21 e8-1e e9x2/2+1 ed-26 eex2/2+1
        keybcs2:upper 61x17-20 78-10 79x2-20 80+7 81+19 82+e 83+2 84+a 87-7 88+1 8c+10 8d-3 91+1 93+14 94+5 96+10
        98+5 9b+d a0-11 a1-16 a2-d a3-c a4+1 a9-b aa+1 ed-5
        keybcs2:lower 41x1a+20 80+7 85-2 89-1 8a+3 8b+16 8e-a 8f+11 90-e 92-1 95+d 97+c 99-5 9a-19 9c-10 9d-5 9e+b
        a5-1 a6-10 a7-14 a8-d ab-1 e8+5
        koi8r:upper 61x1a-20 a3+10 c0x20+20
        koi8r:lower 41x1a+20 b3-10 e0x20-20
        koi8u:upper 60-40 61x1a-20 80-60 81-61 82-62 83-63 84-64 85-65 86-66 87-67 88-68 89-69 8a-6a 8b-6b 8c-6c
        8d-6d 8e-6e 8f-6f 90-70 91-71 92-72 93-73 94-74 95-75 96-76 97-77 98-78 99-79 9a-7a 9b-7b 9c-7c 9d-7d 9e-7e
        9f-7f a0-80 a1-81 a2-82 a3x2+10 a5-85 a6x2+10 a8-88 a9-89 aa-8a ab-8b ac-8c ad+10 ae-8e af-8f b0-90 b1-91
        b2-92 b5-95 b8-98 b9-99 ba-9a bb-9b bc-9c be-9e bf-9f c0x20+20
        koi8u:lower 41x1a+20 60-40 80-60 81-61 82-62 83-63 84-64 85-65 86-66 87-67 88-68 89-69 8a-6a 8b-6b 8c-6c
        8d-6d 8e-6e 8f-6f 90-70 91-71 92-72 93-73 94-74 95-75 96-76 97-77 98-78 99-79 9a-7a 9b-7b 9c-7c 9d-7d 9e-7e
        9f-7f a0-80 a1-81 a2-82 a5-85 a8-88 a9-89 aa-8a ab-8b ac-8c ae-8e af-8f b0-90 b1-91 b2-92 b3x2-10 b5-95
        b6x2-10 b8-98 b9-99 ba-9a bb-9b bc-9c bd-10 be-9e bf-9f e0x20-20
        latin1:upper 61x1a-20 e0x17-20 f8x7-20
        latin1:lower 41x1a+20 c0x17+20 d8x7+20
        latin2:upper 61x1a-20 b1x3/2-10 b6-10 b9x4-10 bex2-10 e0x17-20 f8x7-20
        latin2:lower 41x1a+20 a1x3/2+10 a6+10 a9x4+10 aex2+10 c0x17+20 d8x7+20
        latin5:upper 61x8-20 69+74 6ax11-20 e0x17-20 f8x5-20 fd-b4 fe-20
        latin5:lower 41x8+20 49+b4 4ax11+20 c0x17+20 d8x5+20 dd-74 de+20
        latin7:upper 61x1a-20 b8x2/2-10 bf-10 e0x17-20 f8x7-20
        latin7:lower 41x1a+20 a8x2/2+10 af+10 c0x17+20 d8x7+20
        macce:upper 54+20 61x13-20 75x6-20 82-1 87+60 88-4 8a-a 8b-2 8d-1 8e-b 90-1 92+58 93-2 95-1 97+57 98-2 99+56
        9a-15 9b+32 9c+56 9e-1 9f-19 ab-9 ae+50 b0-1 b4-3 b8+44 bax4/2-1 c4-3 cb-6 ce-2 d8-9 da-1 de-3 e0-1 e4-3 e6-1
        e9-1 ec-1 f0-3 f3-2 f5x3/2-1 fa-45 fd-2
        macce:lower 41x13+20 55x6+20 74-20 80+a 81+1 83+b 84+4 85+15 86+19 89+2 8c+1 8f+1 91+2 94+1 96+2 9d+1 a2+9
        af+1 b1+3 b5+45 b9x4/2+1 c1+3 c5+6 cc+2 cd-32 cf+9 d9+1 db+3 df+1 e1+3 e5+1 e7-60 e8+1 ea-58 eb+1 ed+3 ee-57
        ef-56 f1+2 f2-56 f4x3/2+1 fb+2 fc-44 fe-50
        macroman:upper 61x1a-20 87+60 88+43 89+5c 8a-a 8b+41 8cx3-b 8f+5a 90+56 91+57 92+58 93+5a 94x2+57 96-12 97+57
        98+59 99+56 9a-15 9b+32 9c+56 9d+57 9e+55 9f-19 bex2-10 d8+1
        macroman:lower 41x1a+20 80+a 81x3+b 84+12 85+15 86+19 aex2+10 cb-43 cc-41 cd-32 d9-1 e5-5c e6-56 e7-60 e8-57
        e9-5a ea-58 ebx2-57 ed-5a ee-57 ef-56 f1-59 f2-56 f3-55 f4-57
        tis620:upper 61x1a-20
        tis620:lower 41x1a+20
        """
}
