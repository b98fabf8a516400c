#pragma once

#include <cstddef>

#include <mpi.h>

/// Every function of BLACS, ScaLAPACK and LAPACK that is called: neither brings a header of its
/// own. BLACS in C takes values; the Fortran functions take addresses, and the lengths of texts
/// last.
extern "C" {

int Csys2blacs_handle(MPI_Comm comm);
void Cfree_blacs_system_handle(int handle);
void Cblacs_gridinit(int* context, const char* order, int rows, int columns);
void Cblacs_gridinfo(int context, int* rows, int* columns, int* row, int* column);
void Cblacs_gridexit(int context);

void descinit_(int* descriptor, const int* m, const int* n, const int* block_rows,
               const int* block_columns, const int* first_row, const int* first_column,
               const int* context, const int* local_rows, int* info);
void pdgeqrf_(const int* m, const int* n, double* a, const int* row, const int* column,
              const int* descriptor, double* tau, double* work, const int* work_length, int* info);
void pdorgqr_(const int* m, const int* n, const int* k, double* a, const int* row,
              const int* column, const int* descriptor, const double* tau, double* work,
              const int* work_length, int* info);

void dgesvd_(const char* left, const char* right, const int* m, const int* n, double* a,
             const int* leading_a, double* values, double* u, const int* leading_u, double* vt,
             const int* leading_vt, double* work, const int* work_length, int* info,
             std::size_t left_length, std::size_t right_length);
}
