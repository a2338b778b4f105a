from trivet.demo_company.company import write_company

__all__ = ["write_company"]
