#!/usr/bin/python3
"""The images and the Spack recipe need what scripts/install-deps lists, and nothing else does."""

import pathlib
import re
import shutil
import subprocess
import unittest

SOURCE = pathlib.Path(__file__).resolve().parents[2]

# What a Debian package that is needed to compile is called by Spack.
SPACK_NAMES = {
    "g++": "cxx", "cmake": "cmake", "ninja-build": "ninja", "pkg-config": "pkgconfig",
    "openmpi-bin": "openmpi", "libopenmpi-dev": "openmpi", "libhdf5-openmpi-dev": "hdf5",
    "libopenblas-openmp-dev": "openblas", "libscalapack-openmpi-dev": "netlib-scalapack",
    "libboost-dev": "boost", "libboost-program-options-dev": "boost", "libeigen3-dev": "eigen",
    "librandom123-dev": "random123", "libfmt-dev": "fmt", "libspdlog-dev": "spdlog",
    "nlohmann-json3-dev": "nlohmann-json", "libpng-dev": "libpng",
    "libturbojpeg0-dev": "libjpeg-turbo", "libzip-dev": "libzip", "zlib1g-dev": "zlib-api",
    "libicu-dev": "icu4c", "libdeflate-dev": "libdeflate",
}


def read(path):
    return (SOURCE / path).read_text()


def packages_to_compile():
    part = re.search(r"# compile\n(.*?)# test\n", read("scripts/install-deps"), re.DOTALL).group(1)
    return part.split()


class Packaging(unittest.TestCase):
    def test_spack_recipe_names_the_same_libraries(self):
        recipe = read("packaging/spack/packages/tessera/package.py")
        depends = set(re.findall(r'depends_on\("([\w-]+)', recipe))
        self.assertEqual(depends, {SPACK_NAMES[name] for name in packages_to_compile()})

    def test_versions_are_those_that_cmake_asks_for(self):
        recipe = read("packaging/spack/packages/tessera/package.py")
        cmake = read("cmake/TesseraDependencies.cmake")
        minimum = re.search(r"cmake_minimum_required\(VERSION ([\d.]+)", read("CMakeLists.txt"))
        self.assertIn(f'"cmake@{minimum.group(1)}:"', recipe)
        for package, name in (("Boost", "boost"), ("Eigen3", "eigen")):
            version = re.search(rf"find_package\({package} ([\d.]+)", cmake).group(1)
            self.assertIn(f"{name}@{version}:", recipe)

    def test_images_install_by_the_one_list(self):
        for path in ("packaging/Dockerfile", "packaging/tessera.def"):
            text = read(path)
            self.assertIn("install-deps", text)
            self.assertNotIn("apt-get install", text)
            for option in re.findall(r"-D(TESSERA_\w+)", text):
                self.assertIn(f"option({option} ", read("CMakeLists.txt"))

    def test_image_builds(self):
        engines = [name for name in ("docker", "podman") if shutil.which(name) and subprocess.run(
            [name, "info"], capture_output=True, check=False).returncode == 0]
        if not engines:
            self.skipTest("no docker and no podman at work here")
        subprocess.run([engines[0], "build", "-q", "-f", "packaging/Dockerfile", "."], cwd=SOURCE,
                       check=True)


if __name__ == "__main__":
    unittest.main()
