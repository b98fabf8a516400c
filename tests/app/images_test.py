#!/usr/bin/python3
"""Pictures in, pictures out: import --images, components, reconstruct --as-images, compress."""

import json
import struct
import tarfile
import unittest
import zlib

import h5py
import numpy as np

from harness import DATA, PROCESS_COUNTS, ProgramTest, relative_error

FACES = DATA / "faces" / "orl.tar.gz"


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(pixels):
    """A PNG file of a uint8 or uint16 array, height x width (grey) or height x width x 2, 3, 4."""
    pixels = np.atleast_3d(pixels)
    height, width, channels = pixels.shape
    depth = 8 * pixels.dtype.itemsize
    header = struct.pack(">IIBBBBB", width, height, depth, {1: 0, 2: 4, 3: 2, 4: 6}[channels],
                         0, 0, 0)
    lines = b"".join(b"\0" + line.astype(f">u{depth // 8}").tobytes() for line in pixels)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(lines))
            + chunk(b"IEND", b""))


def palette_png(indices, palette, transparency):
    height, width = indices.shape
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    lines = b"".join(b"\0" + line.astype("u1").tobytes() for line in indices)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
            + chunk(b"PLTE", palette.astype("u1").tobytes()) + chunk(b"tRNS", transparency)
            + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b""))


def read_png(path):
    """The pixels of a PNG file as the program writes them: 8 bits, grey or RGB."""
    data = path.read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    width, height, depth, colour = struct.unpack(">IIBB", data[16:26])
    assert depth == 8 and colour in (0, 2)
    channels = 1 if colour == 0 else 3
    body, at = b"", 8
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at:at + 8])
        body += data[at + 8:at + 8 + length] if kind == b"IDAT" else b""
        at += 12 + length
    lines = np.frombuffer(zlib.decompress(body), "u1").reshape(height, 1 + width * channels)
    pixels = np.zeros((height, width * channels), int)
    for y in range(height):
        pixels[y] = unfilter(lines[y, 0], lines[y, 1:].astype(int),
                             pixels[y - 1] if y else np.zeros(width * channels, int), channels)
    return pixels.reshape((height, width) if channels == 1 else (height, width, 3))


def unfilter(kind, line, above, channels):
    line = line.copy()
    for x in range(line.size):
        left = line[x - channels] if x >= channels else 0
        corner = above[x - channels] if x >= channels else 0
        guesses = {0: 0, 1: left, 2: above[x], 3: (left + above[x]) // 2}
        if kind == 4:
            start = left + above[x] - corner
            guess = min((left, above[x], corner), key=lambda value: abs(start - value))
        else:
            guess = guesses[int(kind)]
        line[x] = (line[x] + guess) % 256
    return line


def pgm(pixels, largest=255):
    kind = ">u2" if largest > 255 else "u1"
    height, width = pixels.shape
    return f"P5\n{width} {height}\n{largest}\n".encode() + pixels.astype(kind).tobytes()


def grey_of(colours):
    return colours @ np.array([0.299, 0.587, 0.114])


def psnr(original, rebuilt):
    return 10 * np.log10(1 / np.mean((np.asarray(original, "f8") - rebuilt) ** 2))


class Pictures(ProgramTest):
    def write(self, name, data):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return name

    def import_folder(self, folder, *options, processes=1):
        self.succeed("import", "--images", folder, "--output", "x.h5", *options,
                     processes=processes)
        with self.open("x.h5") as file:
            return file["X"][:], file["X"].attrs["image_shape"]


class Import(Pictures):
    def setUp(self):
        super().setUp()
        self.generator = np.random.default_rng(0)

    def pixels(self, *shape, kind="u1"):
        return self.generator.integers(0, np.iinfo(kind).max, shape, kind, endpoint=True)

    def test_every_format_gives_the_same_rows_on_any_number_of_processes(self):
        colours = self.pixels(4, 6, 3)
        grey = self.pixels(4, 6)
        deep = self.pixels(4, 6, kind="u2")
        self.write("p/a/grey.pgm", pgm(grey))
        self.write("p/a/plain.PGM", f"P2 6 4 255 {' '.join(map(str, grey.ravel()))}".encode())
        self.write("p/b/deep.pgm", pgm(deep, 65535))
        self.write("p/b/deep.png", png(deep))
        self.write("p/b/half.png", png(np.dstack([grey, 0 * grey])))  # transparent
        self.write("p/colours.png", png(colours))
        self.write("p/colours.ppm", b"P6 6 4 255\n" + colours.tobytes())
        self.write("p/notes.txt", b"no picture")
        expected = {"a/grey.pgm": grey / 255, "a/plain.PGM": grey / 255,
                    "b/deep.pgm": deep / 65535, "b/deep.png": deep / 65535,
                    "b/half.png": grey / 255, "colours.png": grey_of(colours / 255),
                    "colours.ppm": grey_of(colours / 255)}
        for processes in PROCESS_COUNTS:
            matrix, shape = self.import_folder("p", processes=processes)
            self.assertEqual(shape, "4x6")
            with self.open("x.h5") as file:
                names = [name.decode() for name in file["obs/_index"][:]]
            self.assertEqual(names, sorted(expected))
            for name, row in zip(names, matrix):
                np.testing.assert_allclose(row.reshape(4, 6), expected[name], atol=1e-6)
        rgb, shape = self.import_folder("p", "--color", "rgb", "--precision", "float64",
                                        processes=3)
        self.assertEqual(shape, "4x6x3")
        self.assertEqual(rgb.dtype, np.float64)
        np.testing.assert_allclose(rgb[5].reshape(4, 6, 3), colours / 255, atol=1e-6)
        np.testing.assert_allclose(rgb[0].reshape(4, 6, 3), np.dstack([grey] * 3) / 255, atol=1e-6)

    def test_palettes_become_colours(self):
        palette = self.pixels(5, 3)
        indices = self.generator.integers(0, 5, (7, 3))
        self.write("p/a.png", palette_png(indices, palette, b"\x00\x80"))
        matrix, _ = self.import_folder("p", "--color", "rgb")
        np.testing.assert_allclose(matrix[0].reshape(7, 3, 3), palette[indices] / 255, atol=1e-6)

    def test_folders_are_labels_as_anndata_encodes_them(self):
        for name in ("b/1.pgm", "b/2.pgm", "a/3.pgm", "0.pgm"):
            self.write("p/" + name, pgm(self.pixels(2, 2)))
        self.import_folder("p", processes=2)
        with self.open("x.h5") as file:
            label = file["obs/label"]
            self.assertEqual(list(file["obs"].attrs["column-order"]), ["label"])
            self.assertEqual(dict(label.attrs), {"encoding-type": "categorical",
                                                 "encoding-version": "0.2.0", "ordered": False})
            self.assertEqual([name.decode() for name in label["categories"][:]], ["a", "b"])
            self.assertEqual(list(label["codes"][:]), [-1, 0, 1, 1])
            self.assertEqual(label["categories"].attrs["encoding-type"], "string-array")
            self.assertEqual(label["codes"].attrs["encoding-type"], "array")
        self.write("flat/1.pgm", pgm(self.pixels(2, 2)))
        self.import_folder("flat")
        with self.open("x.h5") as file:
            self.assertNotIn("label", file["obs"])

    def test_a_list_names_files_beside_it(self):
        first, second = self.pixels(2, 3), self.pixels(2, 3)
        self.write("s/x.dat", pgm(first))
        self.write("s/y/z.pgm", pgm(second))
        self.write("s/list.txt", b"y/z.pgm\nx.dat\n")
        matrix, _ = self.import_folder("s/list.txt", processes=3)
        np.testing.assert_allclose(matrix, [second.ravel() / 255, first.ravel() / 255], atol=1e-6)

    def test_resizing_makes_one_size(self):
        block = np.kron(self.pixels(3, 3), np.ones((4, 4), "u1"))
        self.write("p/a.pgm", pgm(block))
        self.write("p/b.pgm", pgm(np.full((9, 5), 51)))
        self.fail_with(3, "import", "--images", "p", "--output", "x.h5", processes=3,
                       says=("b.pgm' has 9x5", "a.pgm' has 12x12", "--resize"))
        matrix, shape = self.import_folder("p", "--resize", "6x5", processes=2)
        self.assertEqual((matrix.shape, shape), ((2, 30), "6x5"))
        np.testing.assert_allclose(matrix[1], 0.2, atol=1e-6)
        self.assertAlmostEqual(matrix[0].mean(), block.mean() / 255, delta=0.05)

    def test_broken_files_are_named(self):
        good = png(self.pixels(20, 20))
        for name, content in (("cut.png", good[:-30]), ("cut.pgm", pgm(self.pixels(20, 20))[:-1]),
                              ("text.png", b"hello"), ("none.jpg", b""),
                              ("bit.png", good[:60] + bytes([good[60] ^ 4]) + good[61:])):
            with self.subTest(name=name):
                for other in "abcd":
                    self.write(f"{name}.d/{other}.png", good)
                self.write(f"{name}.d/b{name}", content)
                self.fail_with(3, "import", "--images", f"{name}.d", "--output", "x.h5",
                               processes=3, says=(f"{name}.d/b{name}'",))
        self.assertNotIn("x.h5", self.files())

    def test_files_that_were_copied_as_text_are_told_and_restored(self):
        pixels = self.pixels(9, 40)
        pixels[3, :5] = 10
        self.write("p/a.pgm", pgm(pixels))
        self.write("p/b.pgm", pgm(pixels).replace(b"\n", b"\r\n"))
        self.write("p/c.pgm", pgm(pixels) + b"more")
        self.write("p/d.pgm", pgm(pixels) + b"x")
        for processes in (1, 3):
            result = self.succeed("import", "--images", "p", "--output", "x.h5",
                                  processes=processes)
            self.assertIn("1 of the 4 pictures had been copied as text", result.stderr)
            self.assertIn("2 of the 4 pictures, 'p/c.pgm' first", result.stderr)
            with self.open("x.h5") as file:
                for row in file["X"][:]:
                    np.testing.assert_allclose(row, pixels.ravel() / 255, atol=1e-6)

    def test_wrong_usage(self):
        self.write("p/a.pgm", pgm(self.pixels(2, 2)))
        self.fail_with(4, "import", "--images", "absent", "--output", "x.h5", processes=2,
                       says=("absent",))
        self.fail_with(2, "import", "--images", "p", "--resize", "2x2x3", "--output", "x.h5",
                       processes=2, says=("--resize takes HxW",))
        self.fail_with(2, "import", "--output", "x.h5", says=("INPUT", "--images"))


class Reconstruct(Pictures):
    def setUp(self):
        super().setUp()
        generator = np.random.default_rng(1)
        smooth = generator.random((23, 3)) @ generator.random((3, 5 * 4 * 3)) / 4
        pixels = np.round(255 * smooth).astype("u1").reshape(23, 5, 4, 3)
        for index, picture in enumerate(pixels):
            self.write(f"p/{index:02}.png", png(picture))
        self.original, _ = self.import_folder("p", "--color", "rgb", processes=2)
        self.succeed("factorize", "x.h5", "--rank", 2, "--output", "m.h5")
        w, h, attributes = self.read_factors("m.h5")
        self.assertEqual(attributes["image_shape"], "5x4x3")
        self.rebuilt = w @ h

    def expected(self, row):
        return np.round(255 * np.clip(self.rebuilt[row], 0, 1)).reshape(5, 4, 3)

    def test_pictures_are_those_of_the_product(self):
        for processes in (1, 2, 3, 6):
            folder = f"out{processes}"
            self.succeed("reconstruct", "--model", "m.h5", "--rows", "3:7", "--as-images", folder,
                         processes=processes)
            found = sorted(path.name for path in (self.folder / folder).iterdir())
            self.assertEqual(found, [f"row_{row:06}.png" for row in range(3, 7)] + ["sheet.png"])
            for row in range(3, 7):
                picture = read_png(self.folder / folder / f"row_{row:06}.png")
                np.testing.assert_allclose(picture, self.expected(row), atol=1)
            sheet = self.folder / folder / "sheet.png"
            self.assertEqual(sheet.read_bytes(),
                             (self.folder / "out1" / "sheet.png").read_bytes())
        pixels = read_png(self.folder / "out1" / "sheet.png")
        scale = 20  # 96 readable pixels of a side of 5
        np.testing.assert_allclose(pixels[scale, scale], self.expected(3)[0, 0], atol=1)

    def test_originals_stand_beside_and_quality_is_told(self):
        tables = set()
        for processes in (1, 3):
            result = self.succeed("reconstruct", "--model", "m.h5", "--input", "x.h5", "--rows",
                                  "20:", "--as-images", "out", "--output", "y.h5",
                                  processes=processes)
            tables.add(result.stdout)
        self.assertEqual(len(tables), 1)
        lines = tables.pop().splitlines()
        quality = {line.rsplit(None, 1)[0].strip(): float(line.split()[-1])
                   for line in lines[1:] if line}
        by_row = [psnr(self.original[row], self.rebuilt[row]) for row in (20, 21, 22)]
        for row, value in zip((20, 21, 22), by_row):
            self.assertAlmostEqual(quality[f"{row}.png"], value, delta=0.02)
        self.assertAlmostEqual(quality["mean of the pictures"], np.mean(by_row), delta=0.02)
        self.assertAlmostEqual(quality["over all their pixels"],
                               psnr(self.original[20:], self.rebuilt[20:]), delta=0.02)
        picture = read_png(self.folder / "out" / "row_000021.png")
        self.assertEqual(picture.shape, (5, 9, 3))
        np.testing.assert_array_equal(picture[:, :4].ravel(), np.round(255 * self.original[21]))
        np.testing.assert_allclose(picture[:, 5:], self.expected(21), atol=1)
        with self.open("y.h5") as file:
            np.testing.assert_allclose(file["X"][:], self.rebuilt[20:], rtol=1e-5)

    def test_shapes_that_do_not_fit_are_refused(self):
        self.fail_with(2, "reconstruct", "--model", "m.h5", "--as-images", "out", "--image-shape",
                       "5x4", processes=2, says=("20 pixels", "60"))
        self.write_matrix("other.h5", np.ones((23, 59), "f4"))
        self.fail_with(3, "reconstruct", "--model", "m.h5", "--as-images", "out", "--input",
                       "other.h5", processes=3, says=("23x59", "23x60"))
        self.write("file", b"")
        self.fail_with(4, "reconstruct", "--model", "m.h5", "--as-images", "file", processes=2,
                       says=("file",))

    def test_bytes_need_their_peak(self):
        self.write_matrix("bytes.h5", np.round(255 * self.original).astype("u1"))
        self.succeed("factorize", "bytes.h5", "--rank", 2, "--output", "b.h5")
        shape = ("--image-shape", "5x4x3", "--as-images", "out", "--rows", "0:1")
        result = self.succeed("reconstruct", "--model", "b.h5", *shape)
        self.assertIn("--peak 255", result.stderr)
        result = self.succeed("reconstruct", "--model", "b.h5", "--peak", 255, *shape)
        self.assertNotIn("--peak", result.stderr)
        w, h, _ = self.read_factors("b.h5")
        np.testing.assert_allclose(read_png(self.folder / "out" / "row_000000.png").ravel(),
                                   np.round(np.clip(w[0] @ h, 0, 255)), atol=1)

    def test_components_are_drawn_in_colours(self):
        self.succeed("components", "--model", "m.h5", "--columns", 2, "--output", "c.png")
        picture = read_png(self.folder / "c.png")
        scale = 20
        self.assertEqual(picture.shape, (2 * scale + 5 * scale, 3 * scale + 2 * 4 * scale, 3))
        h = self.read_factors("m.h5")[1]
        component = np.round(255 * h[1] / h[1].max()).reshape(5, 4, 3)
        np.testing.assert_allclose(picture[scale::scale, scale * 6::scale][:5, :4], component,
                                   atol=1)


class Compress(Pictures):
    def setUp(self):
        super().setUp()
        y, x = np.mgrid[0:27, 0:34] / 34
        waves = [np.sin(7 * x + 3 * y), np.cos(9 * x * y), np.sin(5 * y) * x]
        noise = np.random.default_rng(2).normal(0, 20, (27, 34, 3))
        self.pixels = np.clip(127 + 80 * np.dstack(waves) + noise, 0, 255).astype("u1")
        self.write("a.png", png(self.pixels))

    def compress(self, *options, processes=1):
        result = self.succeed("compress", "a.png", "--output", "out.png", "--report", "r.json",
                              "--precision", "float64", *options, processes=processes)
        return result, json.loads((self.folder / "r.json").read_text())

    def matrices(self, layout):
        values = self.pixels / 255
        if layout == "channels":
            return [values[:, :, channel] for channel in range(3)]
        if layout == "patches":
            padded = np.pad(values, ((0, 1), (0, 1), (0, 0)), "edge")
            return [padded.reshape(7, 4, 7, 5, 3).swapaxes(1, 2).reshape(49, 60)]
        return [values.reshape(27, 102)]

    def test_numbers_are_those_of_the_matrices(self):
        layouts = {"rows": (), "channels": ("--channels",), "patches": ("--patches", "4x5")}
        for layout, options in layouts.items():
            with self.subTest(layout=layout):
                result, report = self.compress("--rank", "2,5", *options)
                matrices = self.matrices(layout)
                self.assertEqual((report["matrices"], report["rows"], report["columns"]),
                                 (len(matrices), *matrices[0].shape))
                for picture in report["pictures"]:
                    k = picture["rank"]
                    floor = sum(np.sum(np.linalg.svd(matrix)[1][k:] ** 2) for matrix in matrices)
                    entries = sum(matrix.size for matrix in matrices)
                    self.assertAlmostEqual(picture["best_psnr"],
                                           10 * np.log10(entries / floor), 3)
                    self.assertLessEqual(picture["psnr"], picture["best_psnr"])
                    self.assertGreater(picture["psnr"], picture["best_psnr"] - 3)
                    self.assertEqual(picture["bytes"],
                                     8 * k * sum(sum(matrix.shape) for matrix in matrices))
                    self.assertEqual(picture["file"], f"out-{k}.png")
                    written = read_png(self.folder / picture["file"])
                    self.assertAlmostEqual(picture["picture_psnr"],
                                           psnr(self.pixels / 255, written / 255), 6)
                    self.assertAlmostEqual(picture["picture_psnr"], picture["psnr"], delta=1)
                    self.assertIn(f"{picture['psnr']:.2f}", result.stdout)

    def test_is_the_same_on_any_number_of_processes(self):
        _, alone = self.compress("--rank", 1, "--max-iterations", 30)
        reference = read_png(self.folder / "out.png")
        for processes in (2, 3, 6):
            _, report = self.compress("--rank", 1, "--max-iterations", 30, processes=processes)
            self.assertAlmostEqual(report["pictures"][0]["psnr"], alone["pictures"][0]["psnr"], 6)
            np.testing.assert_allclose(read_png(self.folder / "out.png"), reference, atol=1)

    def test_more_components_come_nearer(self):
        _, report = self.compress("--rank", "1,5,27", "--tolerance", 0)
        quality = [picture["picture_psnr"] for picture in report["pictures"]]
        self.assertGreater(quality[1], quality[0] + 1)
        self.assertGreater(quality[2], quality[1] + 5)

    def test_wrong_usage(self):
        self.fail_with(2, "compress", "a.png", "--rank", 28, "--output", "o.png", processes=2,
                       says=("--rank 28", "27x102"))
        self.fail_with(2, "compress", "a.png", "--rank", 2, "--patches", "40x2", "--output",
                       "o.png", processes=2, says=("40x2", "27x34"))
        self.write("cut.png", png(self.pixels)[:-20])
        self.fail_with(3, "compress", "cut.png", "--rank", 2, "--output", "o.png", processes=3,
                       says=("cut.png",))
        self.assertNotIn("o.png", self.files())


class Faces(Pictures):
    def test_faces_of_the_orl_set(self):
        if not FACES.exists():
            self.skipTest(f"{FACES} is not there")
        with tarfile.open(FACES) as archive:
            archive.extractall(self.folder)
        faces = sorted(str(path.relative_to(self.folder / "orl"))
                       for path in self.folder.glob("orl/*/*.pgm"))
        (self.folder / "orl/list.txt").write_text("\n".join(faces))
        matrix, shape = self.import_folder("orl/list.txt", processes=2)
        self.assertEqual((matrix.shape, shape), ((400, 10304), "112x92"))
        with self.open("x.h5") as file:
            self.assertEqual(len(file["obs/label/categories"]), 40)
            self.assertEqual(np.bincount(file["obs/label/codes"][:]).tolist(), [10] * 40)
        self.succeed("factorize", "x.h5", "--rank", 10, "--output", "m.h5", processes=2)
        w, h, attributes = self.read_factors("m.h5")
        self.assertEqual(attributes["image_shape"], "112x92")
        error = relative_error(matrix, w, h)
        squares = np.linalg.eigvalsh(matrix.astype("f8") @ matrix.T)[::-1]
        floor = np.sqrt(squares[10:].sum() / squares.sum())
        self.assertGreater(error, floor)
        self.assertLess(error, 1.03 * floor)


if __name__ == "__main__":
    unittest.main()
