#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "tessera/config/choices.hpp"
#include "tessera/config/image_import_options.hpp"
#include "tessera/config/rating_import_options.hpp"
#include "tessera/core/types.hpp"

/// What a user can choose, as plain values. Each default stands here and nowhere else; the command
/// line, the help text and the configuration files are derived in config/parse.
namespace tessera {

/// Where the data matrix comes from.
struct InputOptions {
  std::string path;
  std::string dataset;       ///< path inside an HDF5 file; empty: /X, else the only 2-D dataset
  bool transpose = false;    ///< factorize Aᵀ: the file's columns become rows
  std::string rows = {};     ///< a:b, of A as it is factorized; empty: all
  std::string columns = {};  ///< a:b, likewise
  Storage storage = Storage::automatic;       ///< in memory; automatic: as in the file
  Duplicates duplicates = Duplicates::error;  ///< what to do with two entries of one place
  Balance balance = Balance::automatic;  ///< how sparse rows and columns are dealt to processes
  bool undirected = false;               ///< edge lists: each edge counts in both directions
  Scaling scale = Scaling::none;         ///< of the entries of A, once they are read
  double floor = 0;                      ///< smaller entries are raised to this, after scaling
};

/// Which entries of A are data, and how much each counts.
struct ObservationOptions {
  Missing missing = Missing::none;
  std::string mask = {};     ///< matrix file: what is not zero there is observed; empty: all
  std::string weights = {};  ///< matrix file of A's weights, >= 0; empty: all 1

  [[nodiscard]] bool is_set() const {
    return missing != Missing::none || !mask.empty() || !weights.empty();
  }
};

/// What of A is kept back, so that the result can be scored there.
struct HoldoutOptions {
  double share = 0;  ///< of the observed entries, or of the rows and of the columns; 0: nothing
  std::uint64_t seed = 0;
  HoldoutKind kind = HoldoutKind::speckled;
};

/// What is added to the loss for one factor F: λ₁‖F‖₁ + ½λ₂‖F‖²_F and the two below.
struct Penalty {
  double l1 = 0;
  double l2 = 0;
  double orthogonality = 0;  ///< times Σ_{l<l'} ⟨F_:l, F_:l'⟩
  double coupling = 0;  ///< times ¼Σ_{i,i'} s_ii'·‖f_i − f_i'‖², for neighbouring rows of F

  [[nodiscard]] bool is_set() const {
    return l1 > 0 || l2 > 0 || orthogonality > 0 || coupling > 0;
  }
};

/// Whether a rule can take what makes a factor's subproblem indefinite, as Penalty::orthogonality
/// does, and bounds on its entries.
[[nodiscard]] constexpr bool takes_orthogonality_and_bounds(Algorithm algorithm) {
  return algorithm == Algorithm::hals || algorithm == Algorithm::mu ||
         algorithm == Algorithm::gradient;
}
/// Whether a rule can take Penalty::coupling, by which rows depend on each other.
[[nodiscard]] constexpr bool takes_coupling(Algorithm algorithm) {
  return algorithm == Algorithm::mu;
}

/// Whether one update leaves nothing to improve while the other factor stays fixed.
[[nodiscard]] constexpr bool is_exact(Algorithm algorithm) {
  return algorithm == Algorithm::anls_bpp || algorithm == Algorithm::anls_active_set;
}

/// How W and H are computed.
struct SolverOptions {
  Index rank = 0;  ///< k, number of components; must be given
  Loss loss = Loss::frobenius;
  double beta = 2;                          ///< of Loss::beta
  std::optional<Algorithm> algorithm = {};  ///< nothing: the one that suits the loss
  Init init = Init::random;
  std::string init_path = {};  ///< Init::file: the earlier result
  std::uint64_t seed = 0;
  Index restarts = 1;          ///< starts from seed, seed + 1, …; the best is kept
  Index inner_iterations = 0;  ///< steps of a rule within one update; 0: the rule's own choice
  Switch extrapolation = Switch::automatic;  ///< automatic: on for hals
  Step step = Step::armijo;                  ///< of the rule gradient
  Passes passes = Passes::automatic;
  Penalty penalty_w = {};
  Penalty penalty_h = {};
  /// λ of ½λ(‖w_i‖² + ‖h_j‖²) for every observed entry (i, j); nothing: as little as keeps a rule
  /// stable (solve/observed_penalty).
  std::optional<double> l2_per_entry = {};
  double upper_bound = 0;  ///< of the entries of W and H; 0: none
  std::string graph = {};  ///< m×m matrix file: which rows of W penalty_w.coupling ties together
  std::string fix_h = {};  ///< result or matrix file whose rows are kept as the first components

  /// β of the β-divergence that is the loss: 2 is Frobenius, 1 Kullback-Leibler, 0 Itakura-Saito.
  [[nodiscard]] double divergence() const {
    switch (loss) {
      case Loss::frobenius:
        return 2;
      case Loss::kl:
        return 1;
      case Loss::itakura_saito:
        return 0;
      case Loss::beta:
        return beta;
    }
    return beta;
  }
  [[nodiscard]] bool is_frobenius() const { return divergence() == 2; }
  [[nodiscard]] Algorithm chosen_algorithm() const {
    return algorithm.value_or(is_frobenius() ? Algorithm::hals : Algorithm::mu);
  }
};

/// "kl", or "beta 0.5" where the name does not say it all.
[[nodiscard]] std::string loss_text(const SolverOptions& solver);

/// The value of --init: a name, or file:PATH.
[[nodiscard]] inline std::string init_text(const SolverOptions& solver) {
  return solver.init == Init::file ? "file:" + solver.init_path : std::string(name_of(solver.init));
}

/// When to stop: whichever comes first. A value of 0 switches a criterion off.
struct StoppingOptions {
  Index max_iterations = 500;
  double tolerance = 1e-4;   ///< decrease of the loss over 10 iterations, relative to ½‖A‖²
  double target_error = 0;   ///< relative error ‖A − WH‖ / ‖A‖
  double kkt_tolerance = 0;  ///< projected gradient, relative to ‖AHᵀ‖ + ‖AᵀW‖
  double time_limit = 0;     ///< seconds in the loop
};

/// How the job uses its machines and what it says.
struct RunOptions {
  Precision precision = Precision::float32;
  std::string grid = "auto";     ///< "auto" or "PRxPC"
  std::string threads = "auto";  ///< threads per process; "auto": its share of the node's cores
  MemoryUse memory = MemoryUse::automatic;
  bool quiet = false;
  bool verbose = false;
  std::string report;           ///< JSON file; empty: none
  bool allow_external = false;  ///< HDF5 files may name other files and filter plugins
};

/// How a run outlives an interruption.
struct CheckpointOptions {
  std::string path = "auto";      ///< HDF5 file; "auto": beside the output; "none": no checkpoints
  std::string interval = "5min";  ///< or 50it, see interval_text; "never": only when interrupted
  std::string resume = "no";      ///< a checkpoint to go on from; "auto": that of `path`, if any
};

struct FactorizeOptions {
  InputOptions input;
  ObservationOptions observation;
  HoldoutOptions holdout;
  SolverOptions solver;
  StoppingOptions stopping;
  RunOptions run;
  CheckpointOptions checkpoint;
  Normalization normalize = Normalization::automatic;
  std::string output;

  /// Empty if there are to be no checkpoints.
  [[nodiscard]] std::string checkpoint_path() const;
  /// `normalize`, unless that is left to us: l2, for Kullback-Leibler l1 (rows of H are then
  /// distributions), or none where it would change what was asked for.
  [[nodiscard]] Normalization effective_normalization() const {
    const bool solves_rows = (observation.is_set() || holdout.share > 0) && solver.is_frobenius() &&
                             solver.chosen_algorithm() == Algorithm::hals;
    const bool keeps_scale = solves_rows || solver.penalty_w.is_set() ||
                             solver.penalty_h.is_set() || solver.l2_per_entry.value_or(0) > 0 ||
                             solver.upper_bound > 0 || !solver.fix_h.empty();
    if (normalize != Normalization::automatic) {
      return normalize;
    }
    return keeps_scale                ? Normalization::none
           : solver.divergence() == 1 ? Normalization::l1
                                      : Normalization::l2;
  }
};

struct ReconstructOptions {
  RunOptions run;
  std::string model;
  std::string output;          ///< HDF5 file; empty: none, pictures are wanted
  std::string rows;            ///< a:b, global rows to rebuild; empty: all
  std::string as_images = {};  ///< folder for PNG files; empty: none
  InputOptions input = {};     ///< the originals, to be shown beside; only path and dataset are set
  std::string image_shape = {};  ///< HxW or HxWx3 pixels of a row; empty: as stored, or a square
  bool transpose = false;        ///< pixels are stored column by column
  double peak = 1;               ///< value that is white
};

/// Weights of a matrix's rows for the components of a result.
struct TransformOptions {
  InputOptions input;
  ObservationOptions observation;
  std::string model;
  std::optional<Algorithm> algorithm;  ///< nothing: the one that suits the model's loss
  Penalty penalty;                     ///< of W
  std::optional<double> l2_per_entry;  ///< of W, as SolverOptions has it
  StoppingOptions stopping;
  RunOptions run;
  std::string output;
};

/// How well the columns that a result predicts highest in a row are those of a matrix.
struct RankingOptions {
  Index at = 0;              ///< that many columns of each row; 0: not asked for
  std::string exclude_seen;  ///< matrix file: what is not zero there is not ranked; empty: all is
  double relevant = 0;       ///< smaller entries do not count as found
};

/// How well a result describes a matrix, and finds labels that its rows are known to have.
struct EvaluateOptions {
  InputOptions input;
  ObservationOptions observation;
  RunOptions run;
  std::string model;
  std::string entries;  ///< matrix file: only what is not zero there counts; empty: all
  std::string clip;     ///< MIN:MAX of the predictions; empty: as they are
  RankingOptions ranking;
  /// File of one label a row, or "obs/NAME", "var/NAME" in INPUT; empty: none.
  std::string labels;
  std::string label_column;  ///< of `labels`, which is a table then; empty: a label is a whole line

  [[nodiscard]] bool labels_are_in_input() const {
    return labels.starts_with("obs/") || labels.starts_with("var/");
  }
};

/// Every algorithm from the same start.
struct CompareOptions {
  InputOptions input;
  ObservationOptions observation;
  SolverOptions solver;            ///< but for its algorithm
  std::string algorithms = "all";  ///< names with commas between
  StoppingOptions stopping = {.max_iterations = 200, .tolerance = 0};
  RunOptions run;
  std::string picture;  ///< SVG file; empty: none
};

/// Any matrix file, or what becomes a matrix, to an HDF5 file as AnnData lays it out.
struct ImportOptions {
  InputOptions input;
  ImageImportOptions images;
  RatingImportOptions ratings;
  RunOptions run;
  std::string output;
};

struct SpectrumOptions {
  InputOptions input;
  RunOptions run;
  Index count = 50;         ///< leading singular values to find
  double tolerance = 1e-6;  ///< largest relative change of a value within one iteration
  std::uint64_t seed = 0;   ///< of the subspace to start from
};

struct InspectOptions {
  InputOptions input;
  RunOptions run;
};

struct ComponentsOptions {
  RunOptions run;
  std::string model;
  std::string output;       ///< PNG file; empty: only the terminal
  std::string image_shape;  ///< HxW pixels of one component; empty: as stored, or a square
  Index columns = 0;        ///< pictures per line; 0: as square as possible
  bool transpose = false;   ///< pixels are stored column by column
};

struct GenerateOptions {
  RunOptions run;
  SyntheticKind kind = SyntheticKind::lowrank;
  std::string output;
  Index rows = 1000;
  Index columns = 500;
  Index rank = 10;
  double density = 0.01;  ///< sparse: expected share of entries that are not zero
  double skew = 0;        ///< sparse: exponent of the power law of rows and columns; 0: uniform
  double noise = 0;  ///< standard deviation relative to the mean entry; negative sums are cut to 0
  std::uint64_t seed = 0;
};

}  // namespace tessera
