# SPDX-License-Identifier: GPL-2.0-or-later
# What R makes of the lines that stats-cli is given, in the same form.

# R's own t.test and wilcox.test, with the level that the rank attains.
center <- function(confidence, x) {
  n <- length(x)
  rank <- limit(confidence, n)
  if (rank[1] == 0) {
    t <- t.test(x, conf.level = confidence)
    return(c(t$estimate, t$conf.int, confidence, t$p.value))
  }
  if (n > 200) return(by_normal(confidence, x))
  w <- suppressWarnings(wilcox.test(x, conf.int = TRUE, conf.level = confidence, exact = TRUE))
  c(w$estimate, w$conf.int, rank[2], w$p.value)
}

# R has no interval of this kind: the rank is that of the normal distribution.
by_normal <- function(confidence, x) {
  n <- length(x)
  rank <- limit(confidence, n)
  sums <- outer(x, x, "+")
  walsh <- sort(sums[!lower.tri(sums)] / 2)
  p <- 2 * rank_normal(min(sum(walsh <= 0), sum(walsh >= 0)), n)
  c(median(walsh), walsh[rank[1]], walsh[length(walsh) + 1 - rank[1]], rank[2], min(1, p))
}

rank_normal <- function(w, n)
  pnorm((w + 0.5 - n * (n + 1) / 4) / sqrt(n * (n + 1) * (2 * n + 1) / 24))

limit <- function(confidence, n) {
  tail <- (1 - confidence) / 2
  if (n > 200) {
    k <- seq_len(n * (n + 1) / 4)
    k <- max(k[rank_normal(k - 1, n) <= tail])
    return(c(k, 1 - 2 * rank_normal(k - 1, n)))
  }
  k <- qsignrank(tail, n)
  if (k == 0) c(0, 0) else c(k, 1 - 2 * psignrank(k - 1, n))
}

outliers <- function(x) {
  z <- 0.6745 * abs(x - median(x)) / mad(x, constant = 1)
  fences <- quantile(x, c(0.25, 0.75)) + c(-1.5, 1.5) * IQR(x)
  far <- z > 3.5 | x < fences[1] | x > fences[2]
  c(sum(far), far)
}

commands <- list(
  center = function(x) center(x[1], x[-1]),
  ratio = function(x) {
    n <- (length(x) - 1) / 2
    logs <- log(x[1 + n + seq_len(n)]) - log(x[1 + seq_len(n)])
    r <- center(x[1], logs)
    c(exp(r[1:3]), r[4:5])
  },
  student = function(x) c(qt((1 + x[1]) / 2, x[2]), 2 * pt(x[3], x[2]) - 1),
  normal = function(x) c(qnorm(x[1]), pnorm(x[2])),
  "signed-rank" = function(x) psignrank(x[1], x[2]),
  limit = function(x) limit(x[1], x[2]),
  quantile = function(x) quantile(x[-1], x[1], type = 7),
  "geometric-mean" = function(x) exp(mean(log(x))),
  holm = function(x) p.adjust(x, "holm"),
  outliers = outliers
)

for (line in readLines(file("stdin"))) {
  words <- strsplit(line, " +")[[1]]
  if (!nchar(line) || words[1] == "#") next
  result <- commands[[words[1]]](as.numeric(words[-1]))
  cat(sprintf("%.17g", result), sep = " ")
  cat("\n")
}
