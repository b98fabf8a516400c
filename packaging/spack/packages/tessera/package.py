# A Spack recipe. From the root of a clone, whose path stands in `git` below:
#   spack repo add packaging/spack; spack install tessera
# Every package that scripts/install-deps lists for compiling has its line here; a test compares.
from spack.package import *


class Tessera(CMakePackage):
    """Distributed non-negative matrix factorization: dense and sparse matrices too large for one
    node, with checkpoints and parallel HDF5."""

    git = "file:///path/to/your/clone/of/tessera"

    license("Apache-2.0")

    version("main", branch="main")

    depends_on("cxx", type="build")
    depends_on("cmake@3.25:", type="build")
    depends_on("ninja", type="build")
    depends_on("pkgconfig", type="build")

    depends_on("openmpi@4.1:")
    depends_on("hdf5@1.10: +mpi")
    depends_on("openblas threads=openmp")
    depends_on("netlib-scalapack ^openblas")
    depends_on("boost@1.74: +program_options")
    depends_on("eigen@3.4:")
    depends_on("random123")
    depends_on("fmt")
    depends_on("spdlog +fmt_external")
    depends_on("nlohmann-json")
    depends_on("icu4c")
    depends_on("libdeflate")
    depends_on("libjpeg-turbo")
    depends_on("libpng")
    depends_on("libzip")
    depends_on("zlib-api")

    generator("ninja")

    def cmake_args(self):
        return [self.define("TESSERA_BUILD_TESTS", False)]
