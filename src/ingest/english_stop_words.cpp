#include <array>

#include "tessera/ingest/stop_words.hpp"

/// Words of closed classes, which grammars list completely, and few others: a word of which
/// somebody might make a topic is none.
namespace tessera::ingest {
namespace {

constexpr std::array<std::string_view, 351> kEnglish = {
    // Articles, demonstratives and quantifiers.
    "a", "all", "an", "another", "any", "both", "certain", "each", "either", "enough", "every",
    "few", "fewer", "least", "less", "many", "more", "most", "much", "neither", "no", "none",
    "other", "others", "own", "same", "several", "some", "such", "that", "the", "these", "this",
    "those",
    // Pronouns.
    "anybody", "anyone", "anything", "everybody", "everyone", "everything", "he", "her", "hers",
    "herself", "him", "himself", "his", "i", "it", "its", "itself", "me", "mine", "my", "myself",
    "nobody", "nothing", "one", "ones", "oneself", "our", "ours", "ourselves", "she", "somebody",
    "someone", "something", "their", "theirs", "them", "themselves", "they", "us", "we", "what",
    "whatever", "which", "whichever", "who", "whoever", "whom", "whose", "you", "your", "yours",
    "yourself", "yourselves",
    // Prepositions.
    "about", "above", "across", "after", "against", "along", "alongside", "amid", "among",
    "amongst", "around", "as", "at", "before", "behind", "below", "beneath", "beside", "besides",
    "between", "beyond", "by", "concerning", "despite", "down", "during", "except", "for", "from",
    "in", "inside", "into", "like", "near", "of", "off", "on", "onto", "out", "outside", "over",
    "past", "per", "regarding", "since", "through", "throughout", "till", "to", "toward", "towards",
    "under", "underneath", "unlike", "until", "unto", "up", "upon", "versus", "via", "with",
    "within", "without",
    // Conjunctions and words that ask or join clauses.
    "although", "and", "because", "but", "else", "furthermore", "hence", "how", "however", "if",
    "meanwhile", "moreover", "nevertheless", "nonetheless", "nor", "or", "otherwise", "so", "than",
    "then", "thereby", "therefore", "though", "thus", "unless", "when", "whence", "whenever",
    "where", "whereas", "whereby", "wherein", "wherever", "whether", "while", "whilst", "whither",
    "why", "yet",
    // Auxiliary verbs, and common verbs that act like them.
    "am", "are", "be", "been", "being", "came", "can", "cannot", "come", "comes", "could", "did",
    "do", "does", "doing", "done", "get", "gets", "getting", "go", "goes", "going", "gone", "got",
    "had", "has", "have", "having", "is", "let", "lets", "made", "make", "makes", "making", "may",
    "might", "must", "ought", "said", "say", "says", "shall", "should", "take", "taken", "takes",
    "took", "was", "went", "were", "will", "would",
    // Adverbs of degree, time and place.
    "actually", "afterwards", "again", "ago", "almost", "already", "also", "always", "anyway",
    "anywhere", "apart", "away", "back", "beforehand", "certainly", "elsewhere", "especially",
    "even", "ever", "everywhere", "far", "first", "formerly", "further", "here", "hereby", "herein",
    "indeed", "instead", "just", "last", "later", "latterly", "mainly", "maybe", "merely", "mostly",
    "nearly", "never", "next", "not", "now", "nowadays", "nowhere", "often", "once", "only",
    "particularly", "perhaps", "probably", "quite", "rarely", "rather", "really", "seldom",
    "simply", "somehow", "sometimes", "somewhat", "somewhere", "soon", "still", "there",
    "thereafter", "today", "together", "too", "twice", "usually", "very", "well",
    // Numbers.
    "eight", "five", "four", "nine", "seven", "six", "ten", "three", "two",
    // What is left of contractions cut at the apostrophe: don't, we'll, they've.
    "ain", "aren", "couldn", "didn", "doesn", "don", "hadn", "hasn", "haven", "isn", "ll", "ma",
    "mightn", "mustn", "needn", "re", "shan", "shouldn", "ve", "wasn", "weren", "wouldn",
    // Abbreviations.
    "co", "eg", "etc", "ie", "inc", "ltd", "vs"};

}  // namespace

std::span<const std::string_view> english_stop_words() { return kEnglish; }

}  // namespace tessera::ingest
